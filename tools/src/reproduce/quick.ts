/** The quick form of an experiment: the same with two seeds. */
import type { Experiment } from "@ft/artifacts";
import type { CheckOptions } from "../experiment/check-experiment.ts";
import { createVariant, type Setting, type Variant } from "../experiment/variant.ts";

/** The seeds of a quick run: the fewest that have an interval. */
const QUICK_SEEDS = 2;

/**
 * An experiment with at most two seeds for every plan, as a variant next to it. Stages without seeds are shared with it.
 *
 * @returns undefined if it has no more seeds than that
 * @throws UserError as createVariant does
 */
export async function quickVariant(
  experiment: Experiment,
  options: CheckOptions = {},
): Promise<Variant | undefined> {
  const settings = quickSettings(experiment);
  return settings.length === 0 ? undefined : createVariant(experiment, settings, "quick", options);
}

/** The settings that leave two seeds of all that are listed, in train stages and in plans drawn for each seed. */
export function quickSettings({ stages }: Pick<Experiment, "stages">): Setting[] {
  return [...stages.values()].flatMap(({ name, uses, config }): Setting[] => {
    const path = ["stages", name, "config"];
    if (uses === "train") {
      const seeds = fewest(config.seeds);
      return seeds === undefined ? [] : [{ path: [...path, "seeds"], value: seeds }];
    }
    if (uses !== "lora" || !Array.isArray(config.plans)) return [];
    const plans = (config.plans as Record<string, unknown>[]).map((plan) => {
      const seeds = fewest(plan.seeds);
      return seeds === undefined ? plan : { ...plan, seeds };
    });
    return plans.some((plan, i) => plan !== (config.plans as unknown[])[i])
      ? [{ path: [...path, "plans"], value: plans }]
      : [];
  });
}

/** The first seeds; undefined if there are no more than those. */
function fewest(seeds: unknown): unknown[] | undefined {
  return Array.isArray(seeds) && seeds.length > QUICK_SEEDS ? seeds.slice(0, QUICK_SEEDS) : undefined;
}
