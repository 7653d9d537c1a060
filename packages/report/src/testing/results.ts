/** A small made-up experiment: two checkpoints of a model of two layers with two heads, two methods, three seeds. */
import {
  type BaselineRow,
  createProvenance,
  type KindRow,
  type Manifest,
  type PlanRow,
  type RunKey,
} from "@ft/artifacts";
import { createGraph } from "@ft/graph";
import { circuitNamed, collapsedNamed } from "../../../graph/src/testing/edges.ts";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";
import { noFurtherCircuits } from "../further-circuits.ts";
import type { HeldOutMetrics, Results, StageRecord } from "../results.ts";
import { taskOf } from "../task.ts";

export const graph = createGraph({ layers: 2, heads: 2, parallel: true });
const probe: RunKey = { plan: "probe", draw: 0, seed: 1 };

const plan = (name: string, layer: number, rank: number, edgeChange: number | null): PlanRow => ({
  plan: name,
  draw: 0,
  seed: null,
  kind: "lora",
  settings: "{}",
  layer,
  module: "dense",
  rank,
  alpha: 2 * rank,
  critical: rank > 8,
  edgeChange,
  reason: "made up",
});

const metric = (plan: string, seed: number, step: number, heldOutAccuracy: number): HeldOutMetrics => ({
  plan,
  draw: 0,
  seed,
  step,
  epoch: step,
  learningRate: 1e-3,
  loss: 2 / (1 + step),
  gradientNorm: 1,
  circuitLoss: 1,
  circuitAccuracy: heldOutAccuracy,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
  heldOutAccuracy,
});

const kindRow = (plan: string, seed: number, step: number, kind: string, accuracy: number): KindRow => ({
  ...{ plan, draw: 0, seed, step, split: "circuit", kind },
  ...{ examples: 5, accuracy, loss: 1 - accuracy },
});

const shared = { ...probe, fraction: 0.05, edges: 3, nodes: 3, metric: "kl", modelAccuracy: 0.9 };

/** A lora stage with plans by these methods. */
export function planStage(methods: Record<string, string>): StageRecord {
  const config = { plans: Object.entries(methods).map(([name, method]) => ({ name, method })) };
  return { name: "plan", uses: "lora", manifest: createProvenance({ config }) as Manifest };
}

const example = { clean: "1 < 2 =", corrupted: "1 & 2 =", answer: "3", corruptedAnswer: "4" };
const accuracies: Record<string, [majority: number, nearest: number]> = {
  all: [0.05, 0.15],
  less: [0.5, 0.25],
  more: [0.25, 0],
};

/** The held-out examples of a kind. @param kind null for all */
function baseline(kind: string | null, examples: number): BaselineRow {
  const [majorityAccuracy, nearestAccuracy] = accuracies[kind ?? "all"]!;
  const found = { majorityAccuracy, corruptedAccuracy: 0, nearestAccuracy };
  return { split: "circuit", kind, examples, ...found, ...example };
}

const none = { majorityAccuracy: null, corruptedAccuracy: null, nearestAccuracy: null };
const training: BaselineRow[] = [null, "less"].map((kind) => ({
  ...{ split: "train", kind, examples: 90, ...none, ...example },
}));

export const results: Results = {
  experiment: "made-up",
  seed: 1,
  config: { percentile: 0 },
  model: {
    name: "tiny",
    config: gptNeoxConfig({ dModel: 8, rotaryDims: 2 }),
  },
  leftOut: [],
  ...taskOf([baseline(null, 10), baseline("less", 6), baseline("more", 4), ...training], undefined),
  plans: [plan("lora-r8", 0, 8, null), plan("circuit-lora", 0, 16, 2), plan("circuit-lora", 1, 8, 1)],
  metrics: [1, 2, 3].flatMap((seed) => [
    metric("lora-r8", seed, 0, 0.1),
    metric("lora-r8", seed, 2, 0.7 + seed / 100),
    metric("circuit-lora", seed, 0, 0.1),
    metric("circuit-lora", seed, 2, 0.8 + seed / 100),
  ]),
  kinds: [1, 2, 3].flatMap((seed) => [
    kindRow("lora-r8", seed, 0, "less", 0.1),
    kindRow("lora-r8", seed, 2, "less", 0.9),
    kindRow("lora-r8", seed, 2, "more", 0.4 + seed / 100),
  ]),
  answers: [],
  learningRates: [
    {
      ...{ plan: "lora-r8", draw: 0, seed: 1, adapter: "lora, rank 8, alpha 16" },
      ...{ learningRate: 1e-3, validationAccuracy: 0.5, validationLoss: 1, chosen: true },
    },
  ],
  drawn: {
    run: probe,
    before: { step: 0, ...circuitNamed(graph, { "input->m0": 1, "m0->logits": 2 }) },
    after: { step: 2, ...circuitNamed(graph, { "input->m0": 1.5, "input->m1": 3 }) },
  },
  runCircuits: [
    collapsedNamed(graph, { "input->m0": 1, "m0->logits": 2 }),
    collapsedNamed(graph, { "input->m0": 1.5, "input->m1": 3 }),
  ].map((circuit, i) => ({
    ...{ ...probe, step: 2 * i, sample: "all", rule: "top", size: 0.05 },
    circuit,
  })),
  circuits: [0, 2].flatMap((step) => [
    {
      ...shared,
      step,
      kind: "found",
      modelMetric: 1,
      circuitMetric: 0.9,
      faithfulness: 90,
      circuitAccuracy: 0.8,
    },
    {
      ...shared,
      step,
      kind: "random",
      modelMetric: 1,
      circuitMetric: 0.1,
      faithfulness: 10,
      circuitAccuracy: 0,
    },
  ]),
  controls: [],
  circuitsByKind: [0, 1, 2].map((step) => ({
    ...probe,
    ...{ step, fraction: 0.05, kind: "less", examples: 6, modelAccuracy: 0.9, circuitAccuracy: 0.5 },
    faithfulness: step === 2 ? 80 : null,
  })),
  changes: (["previous", "first"] as const).map((reference) => ({
    ...probe,
    ...{ sample: "all", rule: "top", size: 0.05 },
    reference,
    fromStep: 0,
    toStep: 2,
    nodesBefore: 3,
    nodesAfter: 3,
    nodesAdded: 1,
    nodesRemoved: 0,
    nodeJaccard: 0.75,
    nodeChangeRate: 1 / 3,
    edgesBefore: 2,
    edgesAfter: 2,
    edgesAdded: 1,
    edgesRemoved: 1,
    edgesAddedAtChangedNodes: 1,
    edgesRemovedAtChangedNodes: 0,
    edgeJaccard: 1 / 3,
    edgeChangeRate: 1,
  })),
  comparisons: [],
  layers: [2, 1].map((edgeChange, layer) => ({
    ...probe,
    ...{ sample: "all", rule: "top", size: 0.05, layerRule: "source" as const },
    ...{ layer, edgeChange, order: layer + 1, critical: layer === 0 },
  })),
  further: noFurtherCircuits,
  stages: [planStage({ "lora-r8": "budget", "circuit-lora": "circuit" })],
};
