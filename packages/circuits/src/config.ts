/** What may stand in the config of a circuits stage. */

import { z } from "zod";
import { attributionDefaults, choiceProblems } from "./attribution/choice.ts";
import { attributionMethods, grids } from "./attribution/path.ts";
import { type MetricName, metrics } from "./metrics/metric.ts";

const metricNames = Object.keys(metrics) as MetricName[];
const fraction = z.number().positive().max(1);

const keys = z.strictObject({
  method: z
    .enum(attributionMethods)
    .default(attributionDefaults.method)
    .describe("eap: gradients at the clean prompt; eap-ig: averaged over a path from the corrupted one"),
  steps: z
    .int()
    .positive()
    .optional()
    .meta({ description: "points of eap-ig's path, at most 1000", default: attributionDefaults.steps }),
  grid: z.enum(grids).optional().meta({
    description: "paper: eap-ig's path ends at the clean prompt; library: it begins at the corrupted one",
    default: attributionDefaults.grid,
  }),
  metric: z
    .enum(metricNames)
    .default(attributionDefaults.metric)
    .describe(
      "what the circuit preserves: kl, the divergence of its output; logit-diff, answer against wrong answer",
    ),
  normalize: z
    .enum(["mean", "library"])
    .default(attributionDefaults.normalize)
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
    .describe("shares evaluated as well as the main circuit's, for the curve of faithfulness against size"),
  curve: z
    .union([z.enum(["all", "ends"]), z.array(z.int().nonnegative())])
    .default("ends")
    .describe("checkpoints where `fractions` are evaluated; the main circuit is evaluated at every one"),
  random: z
    .int()
    .nonnegative()
    .default(1)
    .describe("random circuits of the same size evaluated for each found one, as the baseline"),
});

/** The keys, refused if they have no effect together; `steps` and `grid` get their defaults after that check. */
export const configSchema = keys
  .superRefine((config, context) => {
    for (const { choice, problem, remedy } of choiceProblems(config))
      context.addIssue({ code: "custom", path: [choice], message: `${problem}; ${remedy}` });
  })
  .transform((config) => ({
    ...config,
    steps: config.steps ?? attributionDefaults.steps,
    grid: config.grid ?? attributionDefaults.grid,
  }));

export type CircuitsConfig = z.output<typeof configSchema>;
