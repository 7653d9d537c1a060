/** The lora stage: plans, from nothing or from circuits. */

import { formatInteger, layersSchema, planSchema, type StageContext, writeTable } from "@ft/artifacts";
import { createGraph } from "@ft/graph";
import {
  checkPlanRow,
  graphShape,
  loadModelConfig,
  modulesOf,
  parameterRatio,
  trainableParameters,
} from "@ft/model";
import type { LoraConfig } from "./config.ts";
import { layerRows } from "./layer-rows.ts";
import { firstAdapter, planRows } from "./plans/index.ts";
import { meanLayerSums, readRunChanges } from "./run-changes.ts";

/**
 * Writes plan.arrow; with circuits as input also layers.arrow, the layers ranked by every rule; critical layers are
 * those of the first circuit plan.
 */
export async function run(context: StageContext<LoraConfig>): Promise<void> {
  const { config, seed, model, inputs, output, progress, provenance } = context;
  const modelConfig = await loadModelConfig(model);
  const { layers } = modelConfig;
  const graph = createGraph(graphShape(modelConfig));
  const changes = (inputs.circuits ?? []).flatMap((folder) => readRunChanges(folder, graph));
  const plans = config.plans.map((options) =>
    planRows(options, {
      layers,
      modules: modulesOf(modelConfig),
      seed,
      layerSums: (rule, probe) => meanLayerSums(changes, rule, probe),
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
