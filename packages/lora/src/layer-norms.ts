/** Norms by layer: of the base model's gradients, and of what probe runs added to its weights. */

import { byRun, gradientsSchema, readTable, tablePath, UserError } from "@ft/artifacts";
import {
  changeNorms,
  checkpointAdapter,
  linearName,
  listCheckpoints,
  type Model,
  readCheckpoints,
  readPlans,
} from "@ft/model";
import type { LayerMeasure } from "./plans/plan-method.ts";
import { measureOf, runsOfProbe } from "./run-changes.ts";

/**
 * The norm of each layer's gradient, [layers]: that of its linears' gradients as one vector.
 * @param folder of a gradients stage; undefined if the stage has none
 * @throws UserError if there is none, or it lacks one of the layers
 */
export function gradientNorms(
  folder: string | undefined,
  layers: number,
  modules: readonly string[],
): LayerMeasure {
  if (folder === undefined) {
    throw new UserError("a plan by gradient needs gradients", {
      place: "inputs.gradients",
      remedy: "name a stage of kind gradients as the input `gradients`",
    });
  }
  const rows = readTable(folder, gradientsSchema);
  const mean = byLayer(layers, modules, (layer, module) => {
    const row = rows.find((other) => other.layer === layer && other.module === module);
    if (row) return row.norm;
    throw new UserError("a linear has no gradient", {
      file: tablePath(folder, gradientsSchema),
      value: `${module} of layer ${layer}`,
      remedy: "compute the gradients of the base model that the plan is for",
    });
  });
  return { mean, runs: [], updates: 0 };
}

/**
 * The norm of what the runs of a plan added to each layer's weights, [layers], up to their last checkpoints: that of the
 * merged updates of its linears as one vector. A linear without an adapter counts as unchanged.
 *
 * @param folders of the train stage, and of the stage that planned its runs
 * @param probe the plan; needed if there are runs of several plans
 * @throws UserError if one of the folders is missing, or the plan is missing or ambiguous
 */
export function weightChanges(
  { train, plans: planFolders }: { train: string | undefined; plans: readonly string[] },
  base: Model,
  modules: readonly string[],
  probe?: string,
): LayerMeasure {
  if (train === undefined || planFolders.length === 0) {
    throw new UserError("a plan by weight change needs the checkpoints of a probe and its plan", {
      place: train === undefined ? "inputs.train" : "inputs.plan",
      remedy: "name the train stage as the input `train`, and the stage that planned its runs as `plan`",
    });
  }
  const plans = readPlans(planFolders, base.config);
  const last = byRun(listCheckpoints(train)).map((own) => own.at(-1)!);
  const runs = Array.from(readCheckpoints(train, last), (checkpoint) => {
    const { tensors, step, ...run } = checkpoint;
    const norms = changeNorms(base.weights, checkpointAdapter(base, plans, checkpoint), tensors);
    const norm = (layer: number, module: string) => norms.get(linearName(base.config, layer, module)) ?? 0;
    return { ...run, byLayer: byLayer(base.config.layers, modules, norm), updates: step };
  });
  return measureOf(runsOfProbe(runs, "checkpoints", probe));
}

/** The norm of several linears as one vector, by layer. */
function byLayer(
  layers: number,
  modules: readonly string[],
  norm: (layer: number, module: string) => number,
): Float64Array {
  return Float64Array.from({ length: layers }, (_, layer) =>
    Math.hypot(...modules.map((module) => norm(layer, module))),
  );
}
