export { configSchema, type TrainConfig } from "./config.ts";
export { asSequence } from "./exact-match.ts";
export { trainingWork } from "./fit-memory.ts";
export { writeImportedAdapter } from "./import-adapter.ts";
export { measureTraining } from "./measure-speed.ts";
export { stages } from "./stages.ts";
export { trainStep } from "./train-step.ts";
