/** What the run shows of each of the paper's claims, and what it does not, said from its numbers alone. */
import type { SummaryRow } from "@ft/artifacts";
import { circuitAwareRun, summarize } from "./comparison.ts";
import { mainFraction } from "./exhibits/circuits.ts";
import type { Results } from "./results.ts";
import { distinctSteps } from "./results.ts";

/** shown: the numbers say so. unclear: they allow it and its opposite. not shown: they say the opposite. */
export type Verdict = "shown" | "unclear" | "not shown";

export interface Finding {
  claim: string;
  verdict: Verdict;
  evidence: string;
}

const percent = (value: number) => `${(100 * value).toFixed(1)}%`;
const points = (value: number) => `${value >= 0 ? "+" : ""}${(100 * value).toFixed(2)}`;

/** A finding for each claim that the experiment speaks to. */
export function findings(results: Results): Finding[] {
  return [improvement(results), faithful(results), edgesOverNodes(results), ...gains(results)].filter(
    (finding) => finding !== undefined,
  );
}

function improvement({ metrics }: Results): Finding | undefined {
  const measured = metrics.filter(({ heldOutAccuracy }) => heldOutAccuracy !== null);
  const steps = distinctSteps(measured);
  if (steps[0] !== 0 || steps.length < 2) return undefined;
  const before = measured.find(({ step }) => step === 0)!.heldOutAccuracy!;
  const best = Math.max(...measured.map(({ heldOutAccuracy }) => heldOutAccuracy!));
  return {
    claim: "The base model does the task badly and the fine-tuned one well",
    verdict: best - before >= 0.5 ? "shown" : best > before ? "unclear" : "not shown",
    evidence: `Held-out exact match is ${percent(before)} before training and ${percent(best)} at best after it.`,
  };
}

function faithful({ circuits }: Results): Finding | undefined {
  const fraction = mainFraction(circuits);
  const rows = circuits.filter((row) => row.fraction === fraction);
  const found = rows.filter(({ kind }) => kind === "found");
  const random = rows.filter(({ kind }) => kind === "random");
  if (found.length === 0) return undefined;
  const [worst, best] = extent(found.map(({ faithfulness }) => faithfulness));
  const chance = random.length > 0 ? Math.max(...random.map(({ faithfulness }) => faithfulness)) : undefined;
  return {
    claim: "Circuits before, during and after fine-tuning are faithful",
    verdict: worst >= 70 ? "shown" : chance !== undefined && worst <= chance ? "not shown" : "unclear",
    evidence: `Circuits of ${percent(fraction!)} of the edges have a faithfulness of ${worst.toFixed(1)}% to ${best.toFixed(1)}% over ${found.length} checkpoints${chance === undefined ? "" : `; the best random circuit of the same size has ${chance.toFixed(1)}%`}.`,
  };
}

function edgesOverNodes({ changes, model }: Results): Finding | undefined {
  const steps = changes.filter(({ reference }) => reference === "previous");
  if (steps.length === 0) return undefined;
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const nodes = sum(steps.map(({ nodeChangeRate }) => nodeChangeRate)) / steps.length;
  const edges = sum(steps.map(({ edgeChangeRate }) => edgeChangeRate)) / steps.length;
  const ratio = edges / nodes;
  const { layers, heads } = model.config;
  const all = 2 + layers * (heads + 1);
  return {
    claim: "Nodes stay largely the same while edges change two to four times as fast",
    verdict: ratio >= 2 ? "shown" : ratio > 1 ? "unclear" : "not shown",
    evidence: `From checkpoint to checkpoint ${percent(edges)} of the edges change on average and ${percent(nodes)} of the nodes${nodes > 0 ? `, ${ratio.toFixed(1)} times as many` : ""}. The circuits hold ${steps[0]!.nodesBefore} to ${steps.at(-1)!.nodesAfter} of the model's ${all} nodes: the nearer to all of them, the less nodes can change.`,
  };
}

/** One finding a method compared with the circuit-aware one. */
function gains(results: Results): Finding[] {
  const reference = circuitAwareRun(results.plans);
  const rows = summarize(results);
  const own = rows.find(({ method }) => method === reference);
  if (!own) return [];
  return rows
    .filter(({ difference }) => difference !== null)
    .map((row) => ({
      claim: `${own.method} (${ratio(own)} of parameters) answers more than ${row.method} (${ratio(row)})`,
      verdict: gainVerdict(row),
      evidence: gainEvidence(own, row),
    }));
}

function gainVerdict({ lowDifference, highDifference }: SummaryRow): Verdict {
  if (highDifference !== null && highDifference < 0) return "shown";
  return lowDifference !== null && lowDifference > 0 ? "not shown" : "unclear";
}

function gainEvidence(
  own: SummaryRow,
  { method, meanAccuracy, difference, lowDifference, highDifference, seeds }: SummaryRow,
): string {
  const means = `${percent(own.meanAccuracy)} against ${percent(meanAccuracy)} over ${seeds} seeds`;
  if (lowDifference === null || highDifference === null) return `${means}: too few seeds for an interval.`;
  const interval = `${points(-difference!)} points, 95% interval ${points(-highDifference)} to ${points(-lowDifference)}`;
  const none = lowDifference <= 0 && highDifference >= 0;
  return `${means}: ${interval}${none ? `, which includes no difference to ${method}` : ""}.`;
}

function ratio({ parameterRatio }: SummaryRow): string {
  return `${(100 * parameterRatio).toFixed(2)}%`;
}

function extent(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** What nobody should conclude from the run, whatever its numbers. */
export function limits({ model, metrics, edges, examples }: Results): string[] {
  const circuitSeeds = new Set(edges.map(({ run, seed }) => `${run} ${seed}`)).size;
  const { layers, heads, dModel } = model.config;
  const heldOut = examples.get("circuit") ?? 0;
  const seeds = new Set(metrics.map(({ seed }) => seed)).size;
  return [
    `It is one task and one model (${model.name}: ${layers} layers of ${heads} heads, width ${dModel}). Nothing here says that larger models, other families or other tasks behave alike.`,
    `Circuits come from ${circuitSeeds === 1 ? "one fine-tuning run" : `${circuitSeeds} fine-tuning runs`}: how much critical layers vary between runs is ${circuitSeeds === 1 ? "not measured" : "seen in the tables alone"}.`,
    `Accuracies are over ${heldOut.toLocaleString("en-US")} held-out examples, the same that circuits are found on, as in the paper; intervals cover ${seeds} seeds, not the choice of examples.`,
    "Attribution is a first-order estimate; a high score is no proof that an edge matters, which is why circuits are run and compared with random ones.",
  ];
}
