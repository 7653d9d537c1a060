import { type ConfigContext, type ConfigProblem, UserError } from "@ft/artifacts";
import { checkPlanRow, loadModelConfig, modulesOf } from "@ft/model";
import type { LoraConfig } from "./config.ts";
import { firstAdapter, planRows } from "./plans/index.ts";

/** Problems of plans that do not fit the model, such as more critical layers than it has. */
export async function checkConfig({ plans }: LoraConfig, { model }: ConfigContext): Promise<ConfigProblem[]> {
  const modelConfig = await loadModelConfig(model);
  const { layers } = modelConfig;
  const modules = modulesOf(modelConfig);
  // What other stages find later changes a plan's rows, not whether it is valid.
  const nothing = () => ({ mean: new Float64Array(layers), runs: [], updates: 0 });
  const measures = { edgeChanges: nothing, weightChanges: nothing, gradientNorms: nothing };
  return plans.flatMap((options, i) => {
    try {
      const rows = planRows(options, { layers, modules, seed: 1, ...measures });
      for (const row of rows) checkPlanRow(row, modelConfig, { place: "" });
      firstAdapter(modelConfig, rows);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { value, remedy } = error.at;
      const more = [value !== undefined && `found ${value}`, remedy].filter(Boolean).join(", ");
      return [{ path: ["plans", i], problem: `${error.problem}${more && `: ${more}`}` }];
    }
  });
}
