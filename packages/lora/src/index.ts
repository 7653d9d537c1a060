export { configSchema, type LoraConfig } from "./config.ts";
export { type PlanOptions, planMethods, planOptions, planRows } from "./plans/index.ts";
export type { PlanContext } from "./plans/plan-method.ts";
export { stages } from "./stages.ts";
