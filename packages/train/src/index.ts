export { configSchema, type TrainConfig } from "./config.ts";
export { measureTraining } from "./measure-speed.ts";
export { stages } from "./stages.ts";
