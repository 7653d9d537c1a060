/** The config of a circuits stage. */

import { mibFractions, ruleNamed, ruleNames, rulesDescribed } from "@ft/graph";
import { z } from "zod";

const fraction = z.number().positive().max(1);

const keys = z.strictObject({
  rule: z.enum(ruleNames).default("top").describe(`how edges are chosen by their scores: ${rulesDescribed}`),
  fraction: fraction
    .default(0.05)
    .describe("size of the main circuit: the share of all edges selected, before pruning"),
  fractions: z
    .union([z.literal("mib"), z.array(fraction)])
    .default([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1])
    .describe(
      `sizes selected as well as the main circuit's, for the curve of faithfulness against size; mib: those of the MIB benchmark (${mibFractions.join(", ")}) and the circuit without edges, for CPR and CMD`,
    ),
  curve: z
    .union([z.enum(["all", "ends"]), z.array(z.int().nonnegative())])
    .default("ends")
    .describe(
      "checkpoints that have circuits of all `fractions`: all, ends (the first and the last), or a list of steps; the main circuit is at every one",
    ),
  random: z
    .int()
    .nonnegative()
    .default(1)
    .describe("random circuits drawn for each selected one, with as many edges, as the baseline"),
  randomNodes: z
    .int()
    .nonnegative()
    .default(0)
    .describe("the same, drawn from the edges between the selected circuit's nodes"),
  next: z
    .boolean()
    .default(false)
    .describe(
      "whether the edges ranked right after each selected circuit's make a circuit too, to compare with",
    ),
  common: z
    .boolean()
    .default(false)
    .describe(
      "whether the edges that a run's first and last main circuit share make a circuit of both checkpoints",
    ),
  chance: z
    .int()
    .nonnegative()
    .default(0)
    .describe(
      "draws of what chance changes in each run's first circuit when it changes as many edges as the run: by scores multiplied at random, and by edges replaced at random; 100 or more for the report's verdict",
    ),
  transitionChance: z
    .int()
    .nonnegative()
    .default(0)
    .describe(
      "the same draws for each change from a checkpoint to the next, of the circuit at the checkpoint, in runs with more than two; 20 or more for a 95th percentile",
    ),
});

/** The keys, refused if they do not mean anything together. */
export const circuitsConfig = keys.superRefine(({ rule, fractions }, context) => {
  if (ruleNamed(rule).sizes !== "score" || fractions !== "mib") return;
  const message =
    "mib has shares of all edges, and sizes of rule threshold are shares of the largest |score|; give fractions as numbers, or choose another rule";
  context.addIssue({ code: "custom", path: ["fractions"], message });
});

/** The sizes of {@link CircuitsConfig.fractions}. */
export function sizesOf(fractions: CircuitsConfig["fractions"]): readonly number[] {
  return fractions === "mib" ? [0, ...mibFractions] : fractions;
}

export type CircuitsConfig = z.output<typeof circuitsConfig>;
