/** The lora stage: plans, from nothing or from circuits. */

import { formatInteger, layersSchema, mark, planSchema, type StageContext, writeTable } from "@ft/artifacts";
import {
  adapterOf,
  checkModule,
  loadModelConfig,
  modulesOf,
  parameterRatio,
  trainableParameters,
} from "@ft/model";
import type { LoraConfig } from "./config.ts";
import { layerRows } from "./layer-rows.ts";
import { planRows } from "./plans/index.ts";
import { meanLayerSums, readRunChanges } from "./run-changes.ts";

/**
 * Writes plan.arrow; with circuits as input also layers.arrow, the layers as every rule ranks them, in which the first
 * circuit plan's choice says what is critical.
 */
export async function run(context: StageContext<LoraConfig>): Promise<void> {
  const { config, seed, model, inputs, output, progress, provenance } = context;
  const modelConfig = await loadModelConfig(model);
  const { layers } = modelConfig;
  const changes = (inputs.circuits ?? []).flatMap((folder) => readRunChanges(folder, layers));
  for (const plan of config.plans) {
    const modules = "modules" in plan ? (plan.modules ?? []) : [];
    for (const module of modules) checkModule(modelConfig, module, { place: `plan ${plan.name}` });
  }
  const plans = config.plans.map((options) =>
    planRows(options, {
      layers,
      modules: modulesOf(modelConfig),
      seed,
      layerSums: (rule, run) => meanLayerSums(changes, layers, rule, run),
    }),
  );
  mark("outputs");
  await writeTable(output, planSchema, plans.flat(), provenance);
  if (inputs.circuits) {
    const critical = config.plans.find((plan) => plan.method === "circuit")?.critical;
    await writeTable(output, layersSchema, layerRows(changes, layers, critical), provenance);
  }
  for (const rows of plans) {
    const adapter = adapterOf(
      modelConfig,
      rows.filter((row) => row.seed === rows[0]!.seed),
    );
    const percent = (100 * parameterRatio(modelConfig, adapter)).toFixed(4);
    const count = formatInteger(trainableParameters(modelConfig, adapter));
    progress.note(`${rows[0]!.plan}: ${count} trainable parameters (${percent}%)`);
  }
}
