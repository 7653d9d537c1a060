/**
 * An experiment that runs every method. Its model and its circuit pairs are those of test/fixtures/parity-neox, the rest of its
 * data and its training those of test/fixtures/trained-neox, so what PyTorch, transformers and PEFT computed there applies.
 */
import { training } from "./fixtures.ts";

type Config = Record<string, unknown>;
interface Stage {
  uses: string;
  inputs?: Record<string, string | string[]>;
  config?: Config;
}

/** Every batch is the whole training split: an update an epoch. */
const trained = {
  epochs: training.epochs,
  batch: 8,
  warmUp: training.warmUp,
  learningRates: [training.learningRate],
  weightDecay: training.weightDecay,
  clipNorm: training.clipNorm,
  logEvery: 1,
};

/** A plan of each kind of adapter, by its name in the fixture. */
export const adapterPlans: Record<string, Config> = {
  lora: { method: "uniform", rank: 2 },
  dropout: { method: "uniform", rank: 2, settings: { dropout: 0.25 } },
  rslora: { method: "uniform", rank: 2, kind: "rslora", settings: { bias: "lora_only" } },
  dora: { method: "uniform", rank: 2, kind: "dora", settings: { bias: "all" } },
  adalora: {
    ...{ method: "uniform", rank: 4, kind: "adalora" },
    settings: { targetRank: 2, tinit: 1, tfinal: 2, deltaT: 1, beta1: 0.8, beta2: 0.9, orthogonality: 0.1 },
  },
  ia3: { method: "uniform", kind: "ia3" },
  full: { method: "full" },
};

const ranks = [1, 3];
/** Plans with critical layers, and those to compare them with; of the three layers one is critical by default. */
export const layerPlans: Record<string, Config> = {
  uniform: { method: "uniform", rank: 2, modules: ["dense"] },
  budget: { method: "budget", ranks, critical: 2 },
  source: { method: "circuit", ranks },
  destination: { method: "circuit", ranks, rule: "destination", critical: 2 },
  both: { method: "circuit", ranks, rule: "both" },
  "source-without-input": { method: "circuit", ranks, rule: "source-without-input" },
  "mean-plus-sd": { method: "circuit", ranks, critical: "mean-plus-sd" },
  "least-changed": { method: "least-changed", ranks },
  random: { method: "random", ranks, critical: 2, draws: 4 },
  "random-seeds": { method: "random", ranks, seeds: [1, 2] },
  "first-layers": { method: "first-layers", ranks, critical: 2 },
  "last-layers": { method: "last-layers", ranks, critical: 2 },
  placement: { method: "placement", ranks },
  "gradient-norm": { method: "gradient-norm", ranks, critical: 2 },
  "weight-change": { method: "weight-change", ranks, critical: 2 },
  full: { method: "full" },
};

/** Attribution stages at the base model, and the vector of the fixture that each must have. */
export const attributions: Record<string, { config: Config; file: "expected" | "methods"; vector: string }> =
  {
    "eap-ig-batches": {
      config: { normalize: "library", libraryBatch: 6 },
      file: "expected",
      vector: "eap-ig.kl.paper-grid.library.batches-of-6",
    },
    ...methodsOf(["eap", "js"], ["eap", "probability"], ["clean-corrupted", "kl"]),
    ...methodsOf(["eap-ig-activations", "logit-diff", "zero"], ["exact", "logit-diff", "mean-positional"]),
    ...methodsOf(["eap", "kl", "mean"]),
  };

function methodsOf(...chosen: [method: string, metric: string, ablation?: string][]): typeof attributions {
  return Object.fromEntries(
    chosen.map(([method, metric, ablation = "patching"]) => [
      `${method}-${metric}-${ablation}`,
      {
        config: { method, metric, ablation },
        file: "methods",
        vector: `${method}.${metric}.${ablation}.edges`,
      },
    ]),
  );
}

const probe = { data: "data", plan: "probe-plan", train: "probe" };
const attribute = (config: Config): Stage => ({ uses: "attribute", inputs: probe, config });
const circuits = (scores: string, config: Config): Stage => ({
  uses: "circuits",
  inputs: { scores },
  config: { fractions: [], random: 0, ...config },
});
const evaluate = (circuits: string, config: Config): Stage => ({
  uses: "evaluate",
  inputs: { ...probe, circuits },
  config,
});

/** Sizes of the circuits of each selection rule; those of threshold are shares of the largest score. */
export const rules: Record<string, number> = {
  "top-signed": 0.2,
  greedy: 0.2,
  threshold: 0.1,
  nodes: 0.6,
};

/** The metric by which circuits are evaluated under each ablation; where there are several models, patching. */
export const ablations: Record<string, string> = {
  patching: "logit-diff",
  zero: "logit-diff",
  mean: "kl",
  "mean-positional": "kl",
};

const stages: Record<string, Stage> = {
  data: {
    uses: "data",
    config: { import: { train: "train.json", validation: "validation.json", circuit: "circuit.json" } },
  },
  "adapter-plans": { uses: "lora", config: { plans: named(adapterPlans) } },
  adapters: {
    uses: "train",
    inputs: { data: "data", plan: "adapter-plans" },
    config: { ...trained, seeds: [1], checkpoints: { count: 2 } },
  },
  "probe-plan": { uses: "lora", config: { plans: [{ name: "lora", ...adapterPlans.lora }] } },
  probe: {
    uses: "train",
    inputs: { data: "data", plan: "probe-plan" },
    config: { ...trained, seeds: [1, 2], checkpoints: { count: 3 } },
  },

  scores: attribute({ samples: { halves: 1, splits: 3, bootstrap: 2, perturbed: [25, 50] } }),
  "paper-scores": attribute({ metric: "logit-diff", normalize: "library", checkpoints: "ends" }),
  "library-scores": attribute({
    ...{ metric: "logit-diff", normalize: "library", grid: "library" },
    checkpoints: "ends",
  }),
  "random-scores": attribute({ model: "random" }),
  ...Object.fromEntries(
    Object.entries(attributions).map(([name, { config }]) => [
      name,
      attribute({ ...config, checkpoints: [0] }),
    ]),
  ),

  circuits: circuits("scores", {
    ...{ fraction: 0.3, random: 2, randomNodes: 1 },
    ...{ next: true, common: true, chance: 20 },
  }),
  "paper-circuits": circuits("paper-scores", { fraction: 0.4, fractions: "mib" }),
  "library-circuits": circuits("library-scores", { fraction: 0.2 }),
  "random-circuits": circuits("random-scores", { fraction: 0.1 }),
  ...Object.fromEntries(
    Object.entries(rules).map(([rule, fraction]) => [rule, circuits("paper-scores", { rule, fraction })]),
  ),
  union: {
    uses: "union",
    inputs: { circuits: ["paper-circuits", "library-circuits"], whole: "circuits" },
    config: { edges: 45 },
  },
  intersection: {
    uses: "union",
    inputs: { circuits: ["paper-circuits", "library-circuits"] },
    config: { combine: "intersection" },
  },

  ...Object.fromEntries(
    Object.entries(ablations).map(([ablation, metric]) => [
      `evaluate-${ablation}`,
      evaluate("paper-circuits", {
        ...{ metric, ablation },
        ...(ablation === "patching" && { model: ["own", "first", "last", "other-seeds"] }),
      }),
    ]),
  ),
  "evaluate-random": evaluate("random-circuits", { model: ["first", "last"] }),

  gradients: { uses: "gradients", inputs: { data: "data" } },
  "layer-plans": {
    uses: "lora",
    inputs: { circuits: "circuits", gradients: "gradients", train: "probe", plan: "probe-plan" },
    config: { plans: named(layerPlans) },
  },
  "union-plan": {
    uses: "lora",
    inputs: { circuits: "union" },
    config: { plans: [{ name: "by-union", method: "circuit", ranks }] },
  },
  "short-probe": {
    uses: "train",
    inputs: { data: "data", plan: "probe-plan" },
    config: {
      ...trained,
      batch: 2,
      dataShare: 0.5,
      updateShare: 0.25,
      seeds: [1],
      checkpoints: { count: 2 },
    },
  },
  "short-scores": { uses: "attribute", inputs: { ...probe, train: "short-probe" } },
  "short-circuits": circuits("short-scores", { fraction: 0.1 }),
  "anticipating-plan": {
    uses: "lora",
    inputs: { circuits: "short-circuits" },
    config: { plans: [{ name: "anticipating", method: "circuit", ranks }] },
  },
  "compute-matched": {
    uses: "train",
    inputs: { data: "data", plan: "probe-plan", probe: ["circuits", "short-circuits"] },
    config: { ...trained, probeSteps: 3, seeds: [1], checkpoints: { count: 2 } },
  },

  imported: { uses: "import", config: { adapter: "adapter", updates: training.epochs } },
  "imported-scores": {
    uses: "attribute",
    inputs: { data: "data", plan: "imported", train: "imported" },
  },
  continued: {
    uses: "train",
    inputs: { data: "data", plan: "imported", start: "imported" },
    config: { ...trained, seeds: [1, 2], checkpoints: { count: 2 } },
  },
  replayed: {
    uses: "train",
    inputs: { data: "data", plan: "probe-plan", start: "probe", order: "probe" },
    config: { ...trained, seeds: [1, 2], startStep: 0, checkpoints: { count: 3 } },
  },

  report: {
    uses: "report",
    inputs: {
      data: "data",
      plan: "probe-plan",
      train: "probe",
      scores: "paper-scores",
      circuits: "paper-circuits",
      evaluation: "evaluate-patching",
    },
  },
};

function named(plans: Record<string, Config>): Config[] {
  return Object.entries(plans).map(([name, options]) => ({ name, ...options }));
}

export const experiment = { description: "Every method", model: "models/neox", seed: 7, stages };
