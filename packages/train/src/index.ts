export { configSchema, type TrainConfig } from "./config.ts";
export { writeImportedAdapter } from "./import-adapter.ts";
export { stages } from "./stages.ts";
