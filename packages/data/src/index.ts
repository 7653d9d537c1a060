export { buildDataset, type DatasetSource } from "./build-dataset.ts";
export { configSchema, type DataConfig } from "./config.ts";
export { findTask } from "./find-task.ts";
export { type Form, forms, type Split } from "./form.ts";
export { listTasks, type OptionListing, type PreviewRequest, preview, type TaskListing } from "./preview.ts";
export { stages } from "./stages.ts";
export type { Candidate, Defaults, Sampler, Task, TaskDefinition } from "./task.ts";
export { defineTask } from "./task.ts";
export { tasks } from "./tasks/index.ts";
