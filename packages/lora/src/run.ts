/** The lora stage: plans, from nothing or from circuits. */

import { formatInteger, layersSchema, planSchema, type StageContext, writeTable } from "@ft/artifacts";
import { createGraph } from "@ft/graph";
import {
  checkPlanRow,
  graphShape,
  loadModel,
  loadModelConfig,
  modulesOf,
  parameterRatio,
  trainableParameters,
} from "@ft/model";
import type { LoraConfig } from "./config.ts";
import { gradientNorms, weightChanges } from "./layer-norms.ts";
import { layerRows } from "./layer-rows.ts";
import { firstAdapter, planRows } from "./plans/index.ts";
import type { LayerMeasure } from "./plans/plan-method.ts";
import { edgeChangeByLayer, readRunChanges } from "./run-changes.ts";

/** Probe runs that a choice of layers should rest on. */
const ENOUGH_RUNS = 3;

/**
 * Writes plan.arrow; with circuits as input also layers.arrow, the layers ranked by every rule; critical layers are
 * those of the first circuit plan.
 */
export async function run(context: StageContext<LoraConfig>): Promise<void> {
  const { config, seed, inputs, output, progress, provenance } = context;
  const modelConfig = await loadModelConfig(context.model);
  const { layers } = modelConfig;
  const graph = createGraph(graphShape(modelConfig));
  const changes = (inputs.circuits ?? []).flatMap((folder) => readRunChanges(folder, graph));
  const weights = inputs.train ? (await loadModel(context.model)).weights : new Map();
  const probe = { train: inputs.train?.[0], plans: inputs.plan ?? [] };
  /** Shows the compute of a plan's probe, and whether it has runs enough. */
  const noted = (plan: string, measure: LayerMeasure) => {
    const runs = measure.runs.length;
    const few = runs < ENOUGH_RUNS ? `; ${ENOUGH_RUNS} or more show whether layers depend on the seed` : "";
    const probe = `${runs} probe ${runs === 1 ? "run" : "runs"}, ${formatInteger(measure.updates)} updates in all`;
    progress.note(`${plan}: layers ranked by ${probe}${few}`);
    return measure;
  };
  const plans = config.plans.map((options) =>
    planRows(options, {
      layers,
      modules: modulesOf(modelConfig),
      seed,
      edgeChanges: (rule, plan) => noted(options.name, edgeChangeByLayer(changes, rule, plan)),
      weightChanges: (modules, plan) =>
        noted(options.name, weightChanges(probe, { config: modelConfig, weights }, modules, plan)),
      gradientNorms: (modules) => gradientNorms(inputs.gradients?.[0], layers, modules),
    }),
  );
  for (const row of plans.flat()) checkPlanRow(row, modelConfig, { place: `plan ${row.plan}` });
  const adapters = plans.map((rows) => firstAdapter(modelConfig, rows));
  await writeTable(output, planSchema, plans.flat(), provenance);
  if (inputs.circuits) {
    const critical = config.plans.find((plan) => plan.method === "circuit")?.critical;
    await writeTable(output, layersSchema, layerRows(changes, critical), provenance);
  }
  for (const [i, adapter] of adapters.entries()) {
    const percent = (100 * parameterRatio(modelConfig, adapter)).toFixed(4);
    const count = formatInteger(trainableParameters(modelConfig, adapter));
    progress.note(`${config.plans[i]!.name}: ${count} trainable parameters (${percent}%)`);
  }
}
