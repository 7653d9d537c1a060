/** The evaluate stage: circuits, base model, checkpoints and dataset -> the faithfulness of each circuit, on all examples and by kind. */

import { createHash } from "node:crypto";
import { resolve } from "node:path";
import {
  type CheckpointKey,
  circuitsSchema,
  describeCheckpoint,
  type EvaluationRow,
  evaluationSchema,
  hashFile,
  isSameCheckpoint,
  memoryBudget,
  partFolder,
  type StageContext,
  tablePath,
  trainStageOf,
  UserError,
  withBatches,
  writeTable,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { createGraph } from "@ft/graph";
import {
  checkpointModel,
  countParameters,
  graphShape,
  listCheckpoints,
  loadModel,
  readCheckpoints,
  readPlans,
} from "@ft/model";
import { checkpointIdentity } from "../checkpoints/checkpoints.ts";
import { remember } from "../checkpoints/remember.ts";
import { evaluateStream } from "../evaluation/evaluate-circuits.ts";
import { judge } from "../evaluation/judge.ts";
import { describeTrees, fitEvaluation, largestAdapter } from "../fit-memory.ts";
import { type CircuitModel, withLoaded } from "../pairs/circuit-model.ts";
import { type DatasetPair, readDatasetPairs } from "../pairs/dataset-pairs.ts";
import { type CandidateWithEdges, type CircuitSource, fileSource, tableSource } from "./circuit-sources.ts";
import type { EvaluateConfig } from "./config.ts";
import { inTableOrder } from "./order.ts";

/** Forward passes of every evaluation besides its circuits: the whole model on the clean and on the corrupted prompts. */
const WHOLE_RUNS = 2;

/**
 * Evaluates circuits, one checkpoint's model at a time. What an earlier run of the stage has evaluated is not repeated. Where memory
 * is limited, fewer prompts are computed at once, and the manifest's configuration has their memory.
 *
 * @throws UserError if the model does not fit into memory
 */
export async function run(context: StageContext<EvaluateConfig>): Promise<void> {
  const { config, inputs, output, progress } = context;
  const base = await loadModel(context.model);
  const pairs = readDatasetPairs(inputs.data ?? [], base.config, config.examples);
  const plans = readPlans(inputs.plan ?? [], base.config);
  const [train] = inputs.train as [string];
  const checkpoints = listCheckpoints(train);
  const sources = openSources(context, { graph: createGraph(graphShape(base.config)), checkpoints });
  const candidates = sources.flatMap((source) => source.list());
  const models = checkpoints.filter((key) => candidates.some(({ model }) => isSameCheckpoint(model, key)));
  const { metric, ablation } = config;
  const shape = { config: base.config, adapter: largestAdapter(base.config, plans, models) };
  const fitted = fitEvaluation(shape, pairs, { metric, ablation }, memoryBudget());
  const reduced = fitted.reduced ? { treeBytes: fitted.treeBytes } : undefined;
  if (reduced) progress.note(describeTrees(reduced));
  const ops = await openBackend({ mute: true, modelParameters: countParameters(base.config) });
  const files = Object.fromEntries(
    config.files.map((file) => [`files/${file}`, hashFile(resolve(context.folder, file))]),
  );

  const kinds = examplesByKind(pairs);
  const evaluateIn = (model: CircuitModel, key: CheckpointKey) => {
    const rows: EvaluationRow[] = [];
    const waiting: CandidateWithEdges[] = [];
    function* edges() {
      for (const source of sources)
        for (const candidate of source.read(key)) {
          waiting.push(candidate);
          yield candidate.edges;
        }
    }
    const options = {
      ...{ metric, ablation, ...reduced },
      progress: (examples: number) => progress.advance(examples),
    };
    for (const { model: whole, circuits } of evaluateStream(ops, model, pairs, edges(), options)) {
      for (const evaluated of circuits) {
        const { circuit } = waiting.shift()!;
        const shared = {
          ...circuit,
          ablation,
          ...{ modelPlan: key.plan, modelDraw: key.draw, modelSeed: key.seed, modelStep: key.step },
          metric,
        };
        const { faithfulness = noFaithfulness(key, metric), ...all } = judge(whole, evaluated);
        rows.push({ ...shared, kind: null, examples: pairs.length, ...all, faithfulness });
        for (const [kind, examples] of kinds) {
          const { faithfulness = null, ...own } = judge(whole, evaluated, examples);
          rows.push({ ...shared, kind, examples: examples.length, ...own, faithfulness });
        }
      }
    }
    return rows;
  };
  progress.start(
    (WHOLE_RUNS * models.length + candidates.length) * pairs.length,
    "evaluating circuits",
    "examples",
  );
  const rows: EvaluationRow[] = [];
  for (const checkpoint of readCheckpoints(train, models)) {
    const { tensors: _, ...key } = checkpoint;
    const folder = partFolder(context, {
      backend: ops.info,
      roles: ["data"],
      of: {
        checkpoint: checkpointIdentity(base, plans, checkpoint),
        circuits: hashCircuits(sources, key),
        settings: { metric, ablation, examples: config.examples, ...reduced },
      },
    });
    const { value, remembered } = remember(folder, () =>
      withLoaded(ops, checkpointModel(ops, base, plans, checkpoint), (model) => evaluateIn(model, key)),
    );
    if (remembered)
      progress.advance((WHOLE_RUNS + value.filter(({ kind }) => kind === null).length) * pairs.length);
    rows.push(...value);
  }
  progress.stop();
  const inputsRead = { ...context.provenance.inputs, ...files };
  const provenance = {
    ...withBatches(context.provenance, reduced),
    inputs: inputsRead,
    backend: ops.info,
  };
  await writeTable(output, evaluationSchema, inTableOrder(rows), provenance);
}

/** @throws UserError if there are no circuits, or they come from a different train stage than the models */
function openSources(
  { config, inputs, folder, provenance }: StageContext<EvaluateConfig>,
  known: Pick<Parameters<typeof tableSource>[1], "graph" | "checkpoints">,
): CircuitSource[] {
  const place = { ...known, choices: [config.model].flat() };
  const tables = (inputs.circuits ?? []).map((circuits) => {
    const file = tablePath(circuits, circuitsSchema);
    const { experiment, stage } = trainStageOf(file);
    const { runs } = provenance;
    if (experiment !== runs?.experiment || stage !== runs.stage) {
      throw new UserError("the circuits come from a different train stage than the models", {
        file,
        value: `stage ${stage} of ${experiment}`,
        remedy: `name the stage ${stage} in the role \`train\``,
      });
    }
    return tableSource(circuits, place);
  });
  if (tables.length === 0 && config.files.length === 0) {
    throw new UserError("there is no circuit to evaluate", {
      place: "inputs.circuits",
      remedy: "name the stage that selects circuits as the input `circuits`, or circuits as `files`",
    });
  }
  return [...tables, fileSource(config.files, folder, place)];
}

/** The examples of each kind, by their numbers; none if all are of a single kind. */
function examplesByKind(pairs: readonly DatasetPair[]): Map<string, number[]> {
  const kinds = new Map<string, number[]>();
  for (const [example, { kind }] of pairs.entries())
    kinds.get(kind)?.push(example) ?? kinds.set(kind, [example]);
  return kinds.size > 1 ? kinds : new Map();
}

/** A hash of the circuits that are evaluated in a checkpoint's model. */
function hashCircuits(sources: readonly CircuitSource[], model: CheckpointKey): string {
  const hash = createHash("sha256");
  for (const source of sources)
    for (const { circuit, edges } of source.read(model)) hash.update(JSON.stringify(circuit)).update(edges);
  return hash.digest("hex");
}

/** The error for a model that makes faithfulness undefined. */
function noFaithfulness(key: CheckpointKey, metric: string): never {
  throw new UserError(
    "the faithfulness of circuits is undefined: the model's output does not depend on the corruption",
    {
      place: describeCheckpoint(key),
      value: `the model's ${metric} is 0`,
      remedy: "check the pairs, or leave the checkpoint out where edges are scored, with `checkpoints`",
    },
  );
}
