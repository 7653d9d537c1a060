/** RandomLoRA, the paper's control: CircuitLoRA with critical layers drawn at random. */

import { seededRandom } from "@ft/artifacts";
import { z } from "zod";
import { countCritical, criticalOptions, criticalRows } from "./critical.ts";
import { planMethod } from "./plan-method.ts";

export const random = planMethod({
  options: z.strictObject({
    method: z.literal("random"),
    ...criticalOptions,
    draws: z
      .int()
      .positive()
      .default(10)
      .describe(
        "how often layers are drawn; every draw is trained with every seed, so both can be told apart",
      ),
    seeds: z
      .array(z.int32().positive())
      .min(1)
      .optional()
      .describe(
        "instead of `draws`, for fewer runs: one draw for each of these seeds, trained with that seed alone",
      ),
  }),
  rows(options, context) {
    const count = countCritical(options, context);
    const all = Array.from({ length: context.layers }, (_, layer) => layer);
    const runs = options.seeds
      ? options.seeds.map((seed) => ({ draw: seed, seed }))
      : Array.from({ length: options.draws }, (_, i) => ({ draw: i + 1, seed: null }));
    return runs.flatMap((run) => {
      const random = seededRandom(context.seed, `layers of ${options.name} for seed ${run.draw}`);
      const critical = random.sample(all, count);
      const reason = (_: number, drawn: boolean) =>
        `${drawn ? "drawn" : "not drawn"} at random in draw ${run.draw}`;
      return criticalRows(context, options, { critical, reason }, run);
    });
  },
});
