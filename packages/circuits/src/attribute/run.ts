/** The attribute stage: base model, checkpoints and dataset -> every edge's score at every checkpoint. */

import {
  backendFolder,
  type CheckpointKey,
  type ScoresRow,
  type StageContext,
  scoresSchema,
  writeTable,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { createGraph } from "@ft/graph";
import { countParameters, graphShape, loadModel, readPlans } from "@ft/model";
import { attribute } from "../attribution/attribute.ts";
import {
  checkpointModel,
  chooseCheckpoints,
  listCheckpoints,
  readCheckpoints,
} from "../checkpoints/checkpoints.ts";
import { remember } from "../checkpoints/remember.ts";
import { readDatasetPairs } from "../pairs/dataset-pairs.ts";
import type { AttributeConfig } from "./config.ts";

/** Scores every edge at the chosen checkpoints of every run. Checkpoints that an interrupted attempt has scored are not scored again. */
export async function run(context: StageContext<AttributeConfig>): Promise<void> {
  const { config, inputs, output, progress } = context;
  const base = await loadModel(context.model);
  const pairs = readDatasetPairs(inputs.data ?? [], base.config, config.examples);
  const plans = readPlans(inputs.plan ?? [], base.config);
  const [train] = inputs.train as [string];
  const keys = chooseCheckpoints(listCheckpoints(train), config.checkpoints);
  const ops = await openBackend({ mute: true, modelParameters: countParameters(base.config) });
  const work = backendFolder(context.work, ops.info);
  const graph = createGraph(graphShape(base.config));
  const { examples: _, checkpoints: __, ...choices } = config;

  const score = (model: Parameters<typeof attribute>[1]) =>
    Array.from(
      attribute(ops, model, pairs, { ...choices, progress: (examples) => progress.advance(examples) }),
    );
  function* rows(): Generator<ScoresRow> {
    for (const checkpoint of readCheckpoints(train, keys)) {
      const key = keyOf(checkpoint);
      const { value: scores, remembered } = remember(work, JSON.stringify(key), () =>
        score(checkpointModel(ops, base, plans, checkpoint)),
      );
      if (remembered) progress.advance(pairs.length);
      const { layers, heads, parallel } = graph;
      yield { ...key, sample: "all", ...{ layers, heads, parallel }, scores, nodeScores: null };
    }
  }
  progress.start(keys.length * pairs.length, "scoring edges", "examples");
  await writeTable(output, scoresSchema, rows(), { ...context.provenance, backend: ops.info });
  progress.stop();
}

function keyOf({ plan, draw, seed, step }: CheckpointKey): CheckpointKey {
  return { plan, draw, seed, step };
}
