import { type ConfigContext, type ConfigProblem, UserError } from "@ft/artifacts";
import { checkModule, loadModelConfig, modulesOf } from "@ft/model";
import type { LoraConfig } from "./config.ts";
import { planRows } from "./plans/index.ts";

/** The plans that do not fit the model, such as those with more critical layers than it has. */
export async function checkConfig({ plans }: LoraConfig, { model }: ConfigContext): Promise<ConfigProblem[]> {
  const config = await loadModelConfig(model);
  const { layers } = config;
  // Circuits, which come later, change what a plan's rows are and not whether it can be made.
  const context = {
    layers,
    modules: modulesOf(config),
    seed: 1,
    layerSums: () => new Float64Array(layers),
  };
  return plans.flatMap((options, i) => {
    try {
      const modules = "modules" in options ? (options.modules ?? []) : [];
      for (const module of modules) checkModule(config, module);
      planRows(options, context);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { value, remedy } = error.at;
      const more = [value !== undefined && `found ${value}`, remedy].filter(Boolean).join(", ");
      return [{ path: ["plans", i], problem: `${error.problem}${more && `: ${more}`}` }];
    }
  });
}
