import { type ConfigContext, type ConfigProblem, UserError } from "@ft/artifacts";
import { checkPlanRow, loadModelConfig, modulesOf } from "@ft/model";
import type { LoraConfig } from "./config.ts";
import { planRows } from "./plans/index.ts";

/** The plans that do not fit the model, such as those with more critical layers than it has. */
export async function checkConfig({ plans }: LoraConfig, { model }: ConfigContext): Promise<ConfigProblem[]> {
  const modelConfig = await loadModelConfig(model);
  const { layers } = modelConfig;
  const modules = modulesOf(modelConfig);
  return plans.flatMap((options, i) => {
    try {
      // Circuits, which come later, change what a plan's rows are and not whether it can be made.
      const rows = planRows(options, { layers, modules, seed: 1, layerSums: () => new Float64Array(layers) });
      for (const row of rows) checkPlanRow(row, modelConfig, { place: "" });
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { value, remedy } = error.at;
      const more = [value !== undefined && `found ${value}`, remedy].filter(Boolean).join(", ");
      return [{ path: ["plans", i], problem: `${error.problem}${more && `: ${more}`}` }];
    }
  });
}
