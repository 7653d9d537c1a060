/** The attribute stage: base model, checkpoints and dataset -> the scores of edges and nodes at every checkpoint. */

import {
  type CheckpointKey,
  memoryBudget,
  partFolder,
  RANDOM_MODEL,
  type ScoresRow,
  type StageContext,
  scoresSchema,
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
  type Model,
  randomModel,
  readCheckpoints,
  readPlans,
} from "@ft/model";
import { attributionCost, attributionWork, scoreGraph } from "../attribution/attribute.ts";
import { drawSamples, groupExamples, scoreSamples } from "../attribution/samples.ts";
import { checkpointIdentity, chooseCheckpoints } from "../checkpoints/checkpoints.ts";
import { remember } from "../checkpoints/remember.ts";
import { describeTrees, fitAttribution, largestAdapter } from "../fit-memory.ts";
import { type CircuitModel, withLoaded } from "../pairs/circuit-model.ts";
import { readDatasetPairs } from "../pairs/dataset-pairs.ts";
import type { AttributeConfig } from "./config.ts";

/**
 * Scores every edge and node at the chosen checkpoints of every run, or of random models, on all examples and on the chosen
 * samples. What an earlier run of the stage has scored is not scored again. Where memory is limited, fewer prompts are computed at
 * once, and the manifest's configuration has their memory.
 *
 * @throws UserError if the model does not fit into memory
 */
export async function run(context: StageContext<AttributeConfig>): Promise<void> {
  const { config, inputs, output, progress } = context;
  const base = await loadModel(context.model);
  const pairs = readDatasetPairs(inputs.data ?? [], base.config, config.examples);
  const plans = readPlans(inputs.plan ?? [], base.config);
  const [train] = inputs.train as [string];
  const checkpoints = listCheckpoints(train);
  const keys =
    config.model === "random" ? randomKeys(checkpoints) : chooseCheckpoints(checkpoints, config.checkpoints);
  const { checkpoints: _, ...settings } = config;
  const { examples: __, model: ___, samples: chosen, ...choices } = settings;
  const shape = {
    config: base.config,
    adapter: config.model === "random" ? undefined : largestAdapter(base.config, plans, keys),
  };
  const fitted = fitAttribution(shape, pairs, choices, memoryBudget());
  const reduced = fitted.reduced ? { treeBytes: fitted.treeBytes } : undefined;
  if (reduced) progress.note(describeTrees(reduced));
  const ops = await openBackend({ mute: true, modelParameters: countParameters(base.config) });
  const graph = createGraph(graphShape(base.config));
  const samples = drawSamples(chosen ?? {}, pairs.length, context.seed);
  const groups = groupExamples(pairs, samples);
  const scored = groups.reduce((sum, group) => sum + group.pairs.length, 0) * attributionWork(graph, choices);

  /** The scores of every sample, in a form that survives JSON. */
  const score = (model: CircuitModel) => {
    const options = {
      ...choices,
      ...reduced,
      background: pairs,
      progress: (done: number) => progress.advance(done),
    };
    const scores = scoreSamples(groups, samples, (own) => scoreGraph(ops, model, own, options));
    return scores.map(({ edges, nodes }) => ({ edges: Array.from(edges), nodes: Array.from(nodes) }));
  };
  /** The models in the order of their keys, each with what decides its weights, and made when its scores are not remembered. */
  function* models(): Generator<{ key: CheckpointKey; identity: unknown; make: () => Model }> {
    if (config.model === "random")
      for (const key of keys) yield { key, identity: key, make: () => randomModel(base.config, key.seed) };
    else
      for (const checkpoint of readCheckpoints(train, keys))
        yield {
          key: keyOf(checkpoint),
          identity: checkpointIdentity(base, plans, checkpoint),
          make: () => checkpointModel(ops, base, plans, checkpoint),
        };
  }
  function* rows(): Generator<ScoresRow> {
    for (const { key, identity, make } of models()) {
      const folder = partFolder(context, {
        backend: ops.info,
        roles: ["data"],
        of: { checkpoint: identity, settings, ...reduced },
      });
      const { value, remembered } = remember(folder, () => withLoaded(ops, make(), score));
      if (remembered) progress.advance(scored);
      const { layers, heads, parallel } = graph;
      for (const [i, { name }] of samples.entries()) {
        const { edges, nodes } = value[i]!;
        yield { ...key, sample: name, ...{ layers, heads, parallel }, scores: edges, nodeScores: nodes };
      }
    }
  }
  const patches = attributionCost(graph, choices);
  if (patches) progress.note(`${patches} on ${pairs.length} examples at each of ${keys.length} checkpoints`);
  progress.start(keys.length * scored, "scoring edges", patches ? "patches" : "examples");
  const provenance = { ...withBatches(context.provenance, reduced), backend: ops.info };
  await writeTable(output, scoresSchema, rows(), provenance);
  progress.stop();
}

/** The keys of the random models: one for each seed of the runs. */
export function randomKeys(checkpoints: readonly CheckpointKey[]): CheckpointKey[] {
  const seeds = [...new Set(checkpoints.map(({ seed }) => seed))].sort((a, b) => a - b);
  return seeds.map((seed) => ({ plan: RANDOM_MODEL, draw: 0, seed, step: 0 }));
}

function keyOf({ plan, draw, seed, step }: CheckpointKey): CheckpointKey {
  return { plan, draw, seed, step };
}
