export { configSchema, type ReportConfig } from "./config.ts";
export type { Exhibit, ExhibitMaker } from "./exhibits/exhibit.ts";
export { draw, SERIES } from "./figures/draw.ts";
export { stages } from "./stages.ts";
export { type Interval, meanInterval, pairedDifference } from "./statistics/interval.ts";
