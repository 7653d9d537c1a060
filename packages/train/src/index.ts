export { configSchema, type TrainConfig } from "./config.ts";
export { stages } from "./stages.ts";
