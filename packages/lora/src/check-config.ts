import { type ConfigContext, type ConfigProblem, UserError } from "@ft/artifacts";
import { checkPlanRow, loadModelConfig } from "@ft/model";
import type { LoraConfig } from "./config.ts";
import { firstAdapter } from "./plans/index.ts";
import { unmeasuredRows } from "./plans/unmeasured.ts";

/** Problems of plans that do not fit the model, such as more critical layers than it has. */
export async function checkConfig({ plans }: LoraConfig, { model }: ConfigContext): Promise<ConfigProblem[]> {
  const modelConfig = await loadModelConfig(model);
  return plans.flatMap((options, i) => {
    try {
      const rows = unmeasuredRows(options, modelConfig, 1);
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
