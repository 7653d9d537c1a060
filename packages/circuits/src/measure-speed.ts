import { perUnit, type Seconds, type Speeds, timeOf, timeOnce } from "@ft/artifacts";
import { type Ops, openShapes } from "@ft/backend";
import { createGraph, type EdgeSet } from "@ft/graph";
import { graphShape, type Model, type ModelConfig, shapesAlone } from "@ft/model";
import { attributionTrees, scoreGraph } from "./attribution/attribute.ts";
import { evaluateStream, evaluationTrees } from "./evaluation/evaluate-circuits.ts";
import { type CircuitModel, loadCircuitModel } from "./pairs/circuit-model.ts";
import type { Pair } from "./pairs/pair.ts";

/** Prompts as long as those of the paper's tasks: they begin alike, and clean and corrupted differ in the token before the last two. */
const SHARED = 15;
/** More than are computed at once. */
const PAIRS = 500;

/** One edge in so many is in the circuit that is evaluated: the paper's 5%. */
const STRIDE = 20;

/** A circuit of the usual size, to measure with. */
export function sampleCircuit(config: ModelConfig): EdgeSet {
  const circuit = createGraph(graphShape(config)).emptySet();
  for (let edge = 0; edge < circuit.length; edge += STRIDE) circuit[edge] = 1;
  return circuit;
}

/**
 * How fast a backend attributes and evaluates with a model, as many prompts at once as with the one that it stands for, and how
 * long it takes to read, fold and put the model on the backend.
 *
 * @param whole the model that the measured one is a part of
 */
export function measureCircuits(
  ops: Ops,
  model: Model,
  whole: ModelConfig,
): { speeds: Speeds<"attribution" | "evaluation">; loading: Seconds } {
  const { config } = model;
  const all = Array.from({ length: PAIRS }, (_, i): Pair => {
    const token = (n: number) => (SHARED + n) % config.vocabulary;
    const prompt = (operator: number) => [
      ...Array.from({ length: SHARED }, (_, at) => at),
      ...[token(i % 50), token(operator), token(50 + i), token(2)],
    ];
    return { clean: prompt(0), corrupted: prompt(1), answer: token(i) };
  });
  const first = (trees: readonly { members: readonly number[] }[]) =>
    trees[0]!.members.map((member) => all[member]!);
  const attributed = first(attributionTrees(whole, all, {}).trees);
  const evaluated = first(evaluationTrees(whole, all, {}));
  const circuit = sampleCircuit(config);

  const jobs = (on: Ops, loaded: CircuitModel) => ({
    attribution: () => void scoreGraph(on, loaded, attributed),
    evaluation: () => void [...evaluateStream(on, loaded, evaluated, [circuit])],
  });
  const shapes = openShapes();
  const counted = jobs(shapes.ops, loadCircuitModel(shapes.ops, { config, weights: shapesAlone(config) }));
  let loaded: CircuitModel | undefined;
  const loading = timeOnce(() => {
    loaded = loadCircuitModel(ops, model);
  });
  const timed = jobs(ops, loaded!);
  try {
    return {
      speeds: {
        attribution: perUnit(timeOf(timed.attribution), shapes.work.flopsOf(counted.attribution)),
        evaluation: perUnit(timeOf(timed.evaluation), shapes.work.flopsOf(counted.evaluation)),
      },
      loading,
    };
  } finally {
    loaded!.dispose();
  }
}
