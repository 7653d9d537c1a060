export { renderCircuitPage } from "./circuit-view/circuit-page.tsx";
export type { CircuitsToView } from "./circuit-view/embed.ts";
export { readOrigin } from "./findings/origin.ts";
export { readExperiments, resultTables } from "./findings/read-experiments.ts";
export { readmeBlock, replaceBlock } from "./findings/readme.ts";
export { RECORD_FILE, type RunRecord } from "./findings/record.ts";
export { findingsOf, writeFindings } from "./findings/write-findings.ts";
export { stages } from "./stages.ts";
