/** The config of a lora stage. */

import { z } from "zod";
import { planMethods, planOptions } from "./plans/index.ts";

export const configSchema = z.strictObject({
  plans: z
    .array(planOptions)
    .min(1)
    .refine(
      (plans) => new Set(plans.map(({ name }) => name)).size === plans.length,
      "two plans have the same name",
    )
    .describe(`the plans to make; \`method\` is one of ${planMethods.join(", ")}`),
});

export type LoraConfig = z.infer<typeof configSchema>;
