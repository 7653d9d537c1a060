/** The circuits stage: base model, checkpoints and dataset -> edges, circuits and their changes. */

import {
  changesSchema,
  circuitsSchema,
  edgesSchema,
  mark,
  type StageContext,
  writeTable,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { createGraph, GraphNames } from "@ft/graph";
import { countParameters, graphShape, loadModel, readPlans } from "@ft/model";
import type { CircuitsConfig } from "./config.ts";
import { checkpointModel, readCheckpoints } from "./stage/checkpoints.ts";
import { readDatasetPairs } from "./stage/dataset-pairs.ts";
import { findCircuit, passes, type Search } from "./stage/find-circuit.ts";
import { planJobs } from "./stage/jobs.ts";
import { remember } from "./stage/remember.ts";
import { type Found, tableRows } from "./stage/table-rows.ts";

/** Finds the circuit of every chosen checkpoint of every run, evaluates it, and says what changed between them. */
export async function run(context: StageContext<CircuitsConfig>): Promise<void> {
  const { config, inputs, output, progress, seed } = context;
  mark("model");
  const base = await loadModel(context.model);
  mark("inputs");
  const pairs = readDatasetPairs(inputs.data ?? [], base.config, config.examples);
  const plans = readPlans(inputs.plan ?? [], base.config);
  const jobs = planJobs(inputs.train ?? [], config);
  mark("backend");
  const ops = await openBackend({ mute: true, modelParameters: countParameters(base.config) });
  mark("work");
  const provenance = { ...context.provenance, backend: ops.info };
  const names = new GraphNames(createGraph(graphShape(base.config)));
  const search: Search = {
    ops,
    names,
    pairs,
    config,
    seed,
    progress: (examples) => progress.advance(examples),
  };

  const found: Found[] = [];
  const total = jobs.flatMap(({ fractions }) => fractions.map((own) => passes(own, config) * pairs.length));
  progress.start(
    total.reduce((sum, examples) => sum + examples, 0),
    "finding circuits",
    "examples",
  );
  for (const { folder, keys, fractions } of jobs) {
    let at = 0;
    for (const checkpoint of readCheckpoints(folder, keys)) {
      const { run, seed, step } = checkpoint;
      const own = fractions[at++]!;
      const { value, remembered } = remember(context.work, JSON.stringify([run, seed, step]), () =>
        findCircuit(search, checkpoint, checkpointModel(ops, base, plans, checkpoint), own),
      );
      if (remembered) progress.advance(passes(own, config) * pairs.length);
      found.push({ run, seed, step, ...value });
    }
  }
  progress.stop();

  mark("outputs");
  const tables = tableRows(names, found, config);
  await writeTable(output, edgesSchema, tables.edges, provenance);
  await writeTable(output, circuitsSchema, tables.circuits, provenance);
  await writeTable(output, changesSchema, tables.changes, provenance);
}
