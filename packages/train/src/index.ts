export { configSchema, type TrainConfig } from "./config.ts";
