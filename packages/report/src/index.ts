export { renderCircuitPage } from "./circuit-view/circuit-page.tsx";
export type { CircuitsToView } from "./circuit-view/embed.ts";
export { stages } from "./stages.ts";
