/** The config of an evaluate stage. */

import { z } from "zod";
import { examplesOption } from "../attribute/config.ts";
import { ablationNames, ablationsDescribed } from "../counterfactual/ablations.ts";
import { metricNames, metricsDescribed } from "../metrics/index.ts";

const model = z.union([z.enum(["own", "first", "last", "other-seeds"]), z.int().nonnegative()]);

export const evaluateConfig = z.strictObject({
  metric: z
    .enum(metricNames)
    .default("kl")
    .describe(
      `what circuits are judged by, a divergence measured from the corrupted run: ${metricsDescribed}`,
    ),
  ablation: z
    .enum(ablationNames)
    .default("patching")
    .describe(`what edges outside a circuit carry: ${ablationsDescribed}`),
  model: z
    .union([model, z.array(model).min(1)])
    .default("own")
    .describe(
      "the checkpoint whose model a circuit is evaluated in, or a list: own: the circuit's; first, last or a step: that one of its run; other-seeds: the same step of the same plan's other runs. Circuits of random models are evaluated in those of every run, and controls (random edges and the like) in their found circuit's alone",
    ),
  files: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "circuits as graph files of the EAP-IG library (.json or .pt), relative to the experiment's folder; each is evaluated at every checkpoint, or at those chosen by `model`",
    ),
  examples: examplesOption,
});

export type EvaluateConfig = z.output<typeof evaluateConfig>;
