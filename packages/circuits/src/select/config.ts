/** The config of a circuits stage. */

import { z } from "zod";

const fraction = z.number().positive().max(1);

export const circuitsConfig = z.strictObject({
  fraction: fraction
    .default(0.05)
    .describe("share of all edges selected for the main circuit, before pruning"),
  fractions: z
    .array(fraction)
    .default([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1])
    .describe("shares selected as well as the main circuit's, for the curve of faithfulness against size"),
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
});

export type CircuitsConfig = z.output<typeof circuitsConfig>;
