/** The config of a report stage. */
import { z } from "zod";

export const configSchema = z.strictObject({
  percentile: z
    .number()
    .min(0)
    .max(100)
    .default(95)
    .describe("the drawing shows the circuits' edges whose |score| is above this percentile of all edges"),
  union: z
    .strictObject({
      union: z.string().describe("the plan by the union of the circuits of the task's parts"),
      own: z.string().describe("the plan by the task's own circuit"),
      part: z.string().describe("the plan by one part's circuit alone"),
      random: z.string().describe("the plan by a random union of equal size"),
    })
    .optional()
    .describe(
      "circuit-aware plans to compare, for the claim that a union of circuits stands in for the task's own",
    ),
});

export type ReportConfig = z.infer<typeof configSchema>;
