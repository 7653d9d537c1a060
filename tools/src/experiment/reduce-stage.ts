/** The least that a stage can do and still do everything that its configuration asks for. */

/** A stage's configuration as written, whose shape has been checked. */
type Config = Record<string, unknown>;

/** Layers of the model that a rehearsal runs on. */
export const LAYERS = 2;
/** Examples drawn of a task: enough for every split, and for two updates. */
const EXAMPLES = 60;
/** Examples that circuits are found and judged on. */
const FEW = 4;
const SEED = 1;

const shares = { circuit: 0.1, validation: 0.1, test: 0.1 };

/** By kind of stage what takes the place of settings; those that are not there stay away. */
const reductions: Readonly<Record<string, (config: Config) => Config>> = {
  data: (config) => ("import" in config ? {} : { examples: EXAMPLES, split: shares }),
  lora: ({ plans }) => ({ plans: (plans as Config[]).map(reducePlan) }),
  train: ({ learningRates, selectionSeeds, checkpoints, microBatch, batch, dataShare, updateShare }) => ({
    ...{ seeds: [SEED], epochs: 1, warmUp: 1, logEvery: 1, saveEvery: 1 },
    ...(checkpoints !== "last" && { checkpoints: { count: 2 } }),
    ...(Array.isArray(learningRates) && { learningRates: learningRates.slice(0, 2) }),
    ...(learningRates !== undefined && !Array.isArray(learningRates) && { learningRates: [1e-4, 2e-4] }),
    ...(selectionSeeds !== undefined && { selectionSeeds: [SEED] }),
    ...keep({ microBatch, batch }, (value) => Math.min(Number(value), 32)),
    ...keep({ dataShare, updateShare }, () => 1),
  }),
  gradients: () => ({ examples: FEW }),
  attribute: ({ samples, checkpoints, model }) => ({
    examples: FEW,
    ...(Array.isArray(checkpoints) && { checkpoints: "ends" }),
    ...(model === "random" && { model }),
    ...(samples !== undefined && { samples: reduceSamples(samples as Config) }),
  }),
  circuits: ({ fractions, curve, random, randomNodes, chance, transitionChance }) => ({
    ...(Array.isArray(fractions) && { fractions: fractions.slice(-1) }),
    ...(Array.isArray(curve) && { curve: "ends" }),
    ...keep({ random, randomNodes, chance, transitionChance }, (value) => Math.min(Number(value), 2)),
  }),
  evaluate: ({ model }) => ({
    examples: FEW,
    ...(model !== undefined && {
      model: [model].flat().map((one) => (typeof one === "number" ? "last" : one)),
    }),
  }),
};

/** A configuration with little to do. @param uses the kind of stage */
export function reduceStage(uses: string, config: Config): Config {
  return { ...config, ...reductions[uses]?.(config) };
}

/** A plan for few layers, drawn once. */
function reducePlan(plan: Config): Config {
  const { critical, draws, seeds, settings } = plan;
  // When AdaLoRA prunes, which by default follows from the number of updates.
  const { tinit: _, tfinal: __, deltaT: ___, ...others } = (settings ?? {}) as Config;
  return {
    ...plan,
    ...(settings !== undefined && { settings: others }),
    ...(typeof critical === "number" && { critical: Math.min(critical, LAYERS - 1) }),
    ...(draws !== undefined && { draws: 1 }),
    ...(seeds !== undefined && { seeds: [SEED] }),
  };
}

function reduceSamples({ halves, splits, bootstrap, perturbed }: Config): Config {
  return {
    ...keep({ halves, bootstrap }, () => 1),
    ...keep({ splits }, () => 2),
    ...(Array.isArray(perturbed) && { perturbed: perturbed.slice(0, 1) }),
  };
}

/** The settings that are given, changed. */
function keep(settings: Config, change: (value: unknown) => number): Config {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, change(value)]));
}
