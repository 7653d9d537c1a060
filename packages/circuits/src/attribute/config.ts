/** The config of an attribute stage. */

import { z } from "zod";
import { attributionDefaults, choiceProblems } from "../attribution/choice.ts";
import { grids, methodNames, methodsDescribed, references } from "../attribution/methods/index.ts";
import { ablationNames, ablationsDescribed } from "../counterfactual/ablations.ts";
import { metricNames, metricsDescribed } from "../metrics/index.ts";

/** The number of examples that a stage uses. */
export const examplesOption = z
  .int()
  .positive()
  .optional()
  .describe("examples of the circuit split used, from the first; default all");

const keys = z.strictObject({
  method: z.enum(methodNames).default(attributionDefaults.method).describe(methodsDescribed),
  steps: z
    .int()
    .positive()
    .optional()
    .meta({ description: "points of a path, at most 1000", default: attributionDefaults.steps }),
  grid: z.enum(grids).optional().meta({
    description: "paper: eap-ig's path ends at the clean prompt; library: it begins at the corrupted one",
    default: attributionDefaults.grid,
  }),
  metric: z
    .enum(metricNames)
    .default(attributionDefaults.metric)
    .describe(`what the circuit preserves: ${metricsDescribed}`),
  ablation: z
    .enum(ablationNames)
    .default(attributionDefaults.ablation)
    .describe(`what an edge carries instead of its source's output: ${ablationsDescribed}`),
  reference: z
    .enum(references)
    .optional()
    .describe("the run that a divergence is measured from; default corrupted for eap, clean for the others"),
  normalize: z
    .enum(["mean", "library"])
    .default(attributionDefaults.normalize)
    .describe("mean over examples; library: divided by their number twice, as the EAP-IG library does"),
  libraryBatch: z
    .int()
    .positive()
    .optional()
    .describe("examples per batch of the library's normalisation; default all"),
  examples: examplesOption,
  samples: z
    .strictObject({
      halves: z
        .int()
        .positive()
        .optional()
        .describe("how often the examples are divided into two random halves"),
      splits: z.int().min(2).optional().describe("number of disjoint parts"),
      bootstrap: z
        .int()
        .positive()
        .optional()
        .describe("number of resamples with replacement; examples are then scored one by one"),
      perturbed: z
        .array(z.int().min(1).max(100))
        .refine((all) => new Set(all).size === all.length, { error: "has a number twice" })
        .optional()
        .describe("percentages of examples whose clean and corrupted prompt change places"),
    })
    .optional()
    .describe("parts and variations of the examples that are scored besides all of them; default none"),
  model: z
    .enum(["trained", "random"])
    .default("trained")
    .describe(
      "trained: the runs' checkpoints; random: models of the same shape with random weights, one for each of the runs' seeds, to compare with",
    ),
  checkpoints: z
    .union([z.enum(["all", "ends"]), z.array(z.int().nonnegative()).min(1)])
    .default("all")
    .describe("checkpoints that are scored: all, ends (the first and the last), or a list of steps"),
});

/** The keys, refused if they have no effect together; `steps` and `grid` get their defaults after that check. */
export const attributeConfig = keys
  .superRefine((config, context) => {
    for (const { choice, problem, remedy } of choiceProblems(config))
      context.addIssue({ code: "custom", path: [choice], message: `${problem}; ${remedy}` });
    if (config.samples && config.normalize !== "mean")
      context.addIssue({
        code: "custom",
        path: ["samples"],
        message: "are means over examples, which normalize library changes; choose normalize mean",
      });
    if (config.model === "random" && config.checkpoints !== "all")
      context.addIssue({
        code: "custom",
        path: ["checkpoints"],
        message: "have no effect with model random, which is not trained; leave them out",
      });
  })
  .transform((config) => ({
    ...config,
    steps: config.steps ?? attributionDefaults.steps,
    grid: config.grid ?? attributionDefaults.grid,
  }));

export type AttributeConfig = z.output<typeof attributeConfig>;
