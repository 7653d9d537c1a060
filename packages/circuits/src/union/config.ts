/** The config of a union stage. */

import { combinations } from "@ft/graph";
import { z } from "zod";

export const unionConfig = z.strictObject({
  combine: z
    .enum(combinations)
    .default("union")
    .describe("union: edges in any of the circuits, the paper's; intersection: edges in all of them"),
  of: z
    .enum(["found", "random"])
    .default("found")
    .describe(
      "circuits that are combined: those found in the parts or, as a control, the first random one drawn for each of them",
    ),
  edges: z
    .int()
    .positive()
    .optional()
    .describe(
      "edges kept, q, k and v of a head counted as one; default as many as the circuit of `whole` has or, without it, the largest of the circuits",
    ),
  random: z
    .int()
    .nonnegative()
    .default(1)
    .describe("random circuits drawn for each union, with as many edges, as the baseline"),
});

export type UnionConfig = z.output<typeof unionConfig>;
