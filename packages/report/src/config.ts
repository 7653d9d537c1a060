/** The config of a report stage. */
import { z } from "zod";

export const configSchema = z.strictObject({
  percentile: z
    .number()
    .min(0)
    .max(100)
    .default(95)
    .describe("the drawing shows the circuits' edges whose |score| is above this percentile of all edges"),
});

export type ReportConfig = z.infer<typeof configSchema>;
