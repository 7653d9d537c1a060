export { configSchema, type TrainConfig } from "./config.ts";
export { outputs } from "./outputs.ts";
