/** What the stages of this package take, from what they are expected to read. */
import {
  byRun,
  type CheckpointKey,
  type CircuitKey,
  type EstimateContext,
  expectedOf,
  isSameCheckpoint,
  isSameRun,
  type StageEstimate,
  UserError,
} from "@ft/artifacts";
import { isControl } from "@ft/graph";
import { loadModelConfig, plansOfRows } from "@ft/model";
import type { AttributeConfig } from "./attribute/config.ts";
import { randomKeys } from "./attribute/run.ts";
import { drawSamples, groupExamples } from "./attribution/samples.ts";
import { chooseCheckpoints } from "./checkpoints/checkpoints.ts";
import type { EvaluateConfig } from "./evaluate/config.ts";
import { modelsOf, modelsOfFiles } from "./evaluate/models.ts";
import {
  attributionCosts,
  evaluationCosts,
  type FittedTrees,
  fitAttribution,
  fitEvaluation,
  largestAdapter,
  SINGLE_PAIR,
  WHOLE_AND_CIRCUIT,
} from "./fit-memory.ts";
import { pairOfRow } from "./pairs/dataset-pairs.ts";
import type { Pair } from "./pairs/pair.ts";
import type { CircuitsConfig } from "./select/config.ts";
import { sizesAt } from "./select/run.ts";
import type { UnionConfig } from "./union/config.ts";

/** The scores of every chosen checkpoint on all examples and on the chosen samples. */
export async function estimateAttribution(
  config: AttributeConfig,
  context: EstimateContext,
): Promise<StageEstimate> {
  const { shape, pairs, examples, checkpoints } = await read(config, context);
  const { samples: chosen, ...choices } = config;
  const isRandom = config.model === "random";
  const keys = isRandom ? randomKeys(checkpoints) : chooseCheckpoints(checkpoints, config.checkpoints);
  const samples = drawSamples(chosen ?? {}, examples, context.seed);
  // Groups are of examples by number, whatever their prompts.
  const groups = groupExamples(Array<Pair>(examples).fill(pairs[0]!), samples);
  const scored = groups.reduce((sum, group) => sum + group.pairs.length, 0);
  const model = isRandom ? { config: shape.config } : shape;
  const treeBytes = orSmallest(() => fitAttribution(model, pairs, choices, context.memory));
  const { memory, flops: fitted } = attributionCosts(model, pairs, choices, treeBytes);
  // What does not fit would be computed as usual, with more memory.
  const flops = treeBytes === SINGLE_PAIR ? attributionCosts(model, pairs, choices).flops : fitted;
  return {
    need: { memory, flops: { attribution: keys.length * scored * flops }, loads: keys.length },
    expected: { scores: keys.flatMap((key) => samples.map(({ name }) => ({ ...key, sample: name }))) },
  };
}

/** The circuits that are selected and drawn. */
export function estimateCircuits(config: CircuitsConfig, context: EstimateContext): StageEstimate {
  const scores = expectedOf(context, "scores", "scores").flat();
  const circuits = scores.flatMap(({ sample, ...key }) => {
    const own = scores.filter((other) => other.sample === sample && isSameRun(other, key));
    const onCurve = chooseCheckpoints(own, config.curve).some(({ step }) => step === key.step);
    return sizesAt(onCurve, config).flatMap((size) => {
      const row = (rule: string, index = 0): CircuitKey => ({ ...key, sample, rule, size, index });
      const drawn = (rule: string, count: number) =>
        Array.from({ length: count }, (_, i) => row(rule, i + 1));
      const isEnd = key.step === own[0]!.step || key.step === own.at(-1)!.step;
      return [
        row(config.rule),
        ...drawn("random", config.random),
        ...drawn("random-nodes", config.randomNodes),
        ...(config.next ? [row("next")] : []),
        ...(config.common && size === config.fraction && isEnd && own.length > 1 ? [row("common")] : []),
      ];
    });
  });
  return { expected: { circuits } };
}

/** The unions before and after training. */
export function estimateUnion(config: UnionConfig, context: EstimateContext): StageEstimate {
  const whole = expectedOf(context, "whole", "circuits").flat();
  const parts = expectedOf(context, "circuits", "circuits");
  const source = whole.length > 0 ? whole : (parts[0] ?? []);
  const found = source.filter(({ sample, rule }) => sample === "all" && !isControl(rule));
  const main = found.filter((key, i) => found.findIndex((other) => isSameCheckpoint(other, key)) === i);
  const ends = byRun(main).flatMap((own) => [own[0]!, own.at(-1)!]);
  const circuits = ends.flatMap((key) => [
    { ...key, rule: config.combine },
    ...Array.from({ length: config.random }, (_, i) => ({ ...key, rule: "random", index: i + 1 })),
  ]);
  return { expected: { circuits } };
}

/** A run of every circuit in each of its models, and two of each model as a whole. */
export async function estimateEvaluation(
  config: EvaluateConfig,
  context: EstimateContext,
): Promise<StageEstimate> {
  const { shape, pairs, examples, checkpoints } = await read(config, context);
  const choices = [config.model].flat();
  const circuits = expectedOf(context, "circuits", "circuits").flat();
  const evaluated = [
    ...circuits.map((circuit) => modelsOf(circuit, choices, checkpoints)),
    ...config.files.map(() => modelsOfFiles(choices, checkpoints)),
  ].flat();
  const models = new Set(evaluated.map((key) => JSON.stringify(key))).size;
  const treeBytes = orSmallest(() => fitEvaluation(shape, pairs, config, context.memory));
  const { memory, flops: fitted } = evaluationCosts(shape, pairs, config, treeBytes);
  const flops = treeBytes === SINGLE_PAIR ? evaluationCosts(shape, pairs, config).flops : fitted;
  const runs = (WHOLE_AND_CIRCUIT - 1) * models + evaluated.length;
  return {
    need: {
      memory,
      flops: { evaluation: (runs / WHOLE_AND_CIRCUIT) * examples * flops },
      loads: models,
    },
    expected: {},
  };
}

/** What attribution and evaluation read. */
async function read(config: { examples?: number | undefined }, context: EstimateContext) {
  const model = await loadModelConfig(context.model);
  const datasets = expectedOf(context, "data", "dataset");
  const sample = datasets.flatMap(({ sample }) => sample.map(pairOfRow));
  const found = datasets.reduce((sum, { counts }) => sum + counts.circuit, 0);
  const rows = expectedOf(context, "plan", "plan").flat();
  const plans = plansOfRows(
    rows.map((row) => ({ ...row, file: "" })),
    model,
  );
  const checkpoints: CheckpointKey[] = expectedOf(context, "train", "checkpoints").flat();
  const examples = Math.min(config.examples ?? Number.POSITIVE_INFINITY, found);
  return {
    shape: { config: model, adapter: largestAdapter(model, plans, checkpoints) },
    pairs: sample.slice(0, examples),
    examples,
    checkpoints,
  };
}

/** Memory of a tree that fits or, if none does, of the smallest. */
function orSmallest(fit: () => FittedTrees): number {
  try {
    return fit().treeBytes;
  } catch (error) {
    if (error instanceof UserError) return SINGLE_PAIR;
    throw error;
  }
}
