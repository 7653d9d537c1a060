export { configSchema, type ReportConfig } from "./config.ts";
export type { Exhibit, ExhibitMaker } from "./exhibits/exhibit.ts";
export { draw, SERIES } from "./figures/draw.ts";
export { outputs } from "./outputs.ts";
export { run } from "./run.ts";
export { type Interval, meanInterval, pairedDifference } from "./statistics/interval.ts";
