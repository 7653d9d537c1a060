/** What may be in the config of an evaluate stage. */

import { z } from "zod";
import { examplesOption } from "../attribute/config.ts";
import { metricNames, metricsDescribed } from "../metrics/index.ts";

export const evaluateConfig = z.strictObject({
  metric: z
    .enum(metricNames)
    .default("kl")
    .describe(
      `what circuits are judged by, a divergence measured from the corrupted run: ${metricsDescribed}`,
    ),
  ablation: z
    .enum(["patching"])
    .default("patching")
    .describe("what edges outside a circuit carry: patching: the corrupted prompt's activation"),
  model: z
    .union([z.enum(["own", "first", "last"]), z.int().nonnegative()])
    .default("own")
    .describe(
      "in whose model a circuit runs: own: that of its checkpoint; first, last or a step: that checkpoint of its run",
    ),
  files: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "circuits as the EAP-IG library's JSON, relative to the experiment's folder; each is evaluated at every checkpoint, or at the one that `model` says",
    ),
  examples: examplesOption,
});

export type EvaluateConfig = z.output<typeof evaluateConfig>;
