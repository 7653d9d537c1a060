/** A small made-up experiment: two checkpoints of a model of two layers with two heads, two methods, three seeds. */
import type { EdgeRow, MetricsRow, PlanRow } from "@ft/artifacts";
import type { Results } from "../results.ts";

const edge = (
  step: number,
  source: string,
  destination: string,
  score: number,
  inCircuit: boolean,
): EdgeRow => ({
  run: "probe",
  seed: 1,
  step,
  method: "eap-ig",
  edge: `${source}->${destination}`,
  source,
  destination,
  port: null,
  score,
  rank: 1,
  inCircuit,
});

const plan = (name: string, layer: number, rank: number, edgeChange: number | null): PlanRow => ({
  plan: name,
  seed: null,
  adapter: "lora",
  layer,
  module: "dense",
  rank,
  alpha: 2 * rank,
  critical: rank > 8,
  edgeChange,
  reason: "made up",
});

const metric = (run: string, seed: number, step: number, heldOutAccuracy: number): MetricsRow => ({
  run,
  seed,
  step,
  epoch: step,
  learningRate: 1e-3,
  loss: 2 / (1 + step),
  gradientNorm: 1,
  heldOutLoss: 1,
  heldOutAccuracy,
  validationAccuracy: null,
});

const shared = { run: "probe", seed: 1, fraction: 0.05, selectedEdges: 3, metric: "kl", modelAccuracy: 0.9 };

export const results: Results = {
  experiment: "made-up",
  seed: 1,
  config: { percentile: 0 },
  model: {
    name: "tiny",
    config: {
      family: "gpt-neox",
      layers: 2,
      heads: 2,
      dModel: 8,
      dMlp: 32,
      vocabulary: 10,
      maxPositions: 16,
      rotaryDims: 2,
      rotaryBase: 10_000,
      layerNormEpsilon: 1e-5,
      initializerRange: 0.02,
    },
  },
  examples: new Map([
    ["train", 90],
    ["circuit", 10],
  ]),
  majority: 0.05,
  example: { clean: "1 < 2 =", corrupted: "1 & 2 =", answer: "3", corruptedAnswer: "4" },
  plans: [plan("lora-r8", 0, 8, null), plan("circuit-lora", 0, 16, 2), plan("circuit-lora", 1, 8, 1)],
  metrics: [1, 2, 3].flatMap((seed) => [
    metric("lora-r8", seed, 0, 0.1),
    metric("lora-r8", seed, 2, 0.7 + seed / 100),
    metric("circuit-lora", seed, 0, 0.1),
    metric("circuit-lora", seed, 2, 0.8 + seed / 100),
  ]),
  learningRates: [
    { run: "lora-r8", seed: 1, learningRate: 1e-3, validationAccuracy: 0.5, validationLoss: 1, chosen: true },
  ],
  edges: [
    edge(0, "input", "m0", 1, true),
    edge(0, "m0", "logits", 2, true),
    edge(0, "input", "m1", 0.1, false),
    edge(2, "input", "m0", 1.5, true),
    edge(2, "m0", "logits", 0.1, false),
    edge(2, "input", "m1", 3, true),
  ],
  circuits: [0, 2].flatMap((step) => [
    {
      ...shared,
      step,
      kind: "found",
      edges: 3,
      collapsedEdges: 3,
      nodes: 3,
      modelMetric: 1,
      circuitMetric: 0.9,
      faithfulness: 90,
      circuitAccuracy: 0.8,
    },
    {
      ...shared,
      step,
      kind: "random",
      edges: 3,
      collapsedEdges: 3,
      nodes: 3,
      modelMetric: 1,
      circuitMetric: 0.1,
      faithfulness: 10,
      circuitAccuracy: 0,
    },
  ]),
  changes: (["previous", "first"] as const).map((reference) => ({
    run: "probe",
    seed: 1,
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
  layers: [
    { run: "probe", seed: 1, rule: "source", layer: 0, edgeChange: 2, order: 1, critical: true },
    { run: "probe", seed: 1, rule: "source", layer: 1, edgeChange: 1, order: 2, critical: false },
  ],
  stages: [],
};
