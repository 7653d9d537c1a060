/** What may stand in the config of a circuits stage. */

import { z } from "zod";
import { attributionMethods, grids } from "./attribution/path.ts";
import { type MetricName, metrics } from "./metrics/metric.ts";

const metricNames = Object.keys(metrics) as MetricName[];
const fraction = z.number().positive().max(1);

export const configSchema = z.strictObject({
  method: z
    .enum(attributionMethods)
    .default("eap-ig")
    .describe("eap: gradients at the clean prompt; eap-ig: averaged over a path from the corrupted one"),
  steps: z.int().positive().max(1000).default(5).describe("points of the path"),
  grid: z
    .enum(grids)
    .default("paper")
    .describe("paper: the path ends at the clean prompt; library: it begins at the corrupted one"),
  metric: z
    .enum(metricNames)
    .default("kl")
    .describe(
      "what the circuit preserves: kl, the divergence of its output; logit-diff, answer against wrong answer",
    ),
  normalize: z
    .enum(["mean", "library"])
    .default("mean")
    .describe("mean over examples; library: divided by their number twice, as the EAP-IG library does"),
  libraryBatch: z
    .int()
    .positive()
    .optional()
    .describe("examples a batch of the library's normalisation; default all"),
  examples: z
    .int()
    .positive()
    .optional()
    .describe("examples of the circuit split used, from the first; default all"),
  checkpoints: z
    .union([z.enum(["all", "ends"]), z.array(z.int().nonnegative()).min(1)])
    .default("all")
    .describe("checkpoints whose circuits are found: all, ends (the first and the last), or a list of steps"),
  fraction: fraction
    .default(0.05)
    .describe("share of all edges selected for the main circuit, before pruning"),
  fractions: z
    .array(fraction)
    .default([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1])
    .describe("shares evaluated beside the main circuit's, for the curve of faithfulness against size"),
  curve: z
    .union([z.enum(["all", "ends"]), z.array(z.int().nonnegative())])
    .default("ends")
    .describe("checkpoints where `fractions` are evaluated; the main circuit is evaluated at every one"),
  random: z
    .int()
    .nonnegative()
    .default(1)
    .describe("random circuits of the same size evaluated beside each found one, as the baseline"),
});

export type CircuitsConfig = z.infer<typeof configSchema>;
