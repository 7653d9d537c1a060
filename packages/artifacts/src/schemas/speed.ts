import { checkpointOrder, count, runColumns } from "./run.ts";
import { defineTable, float64, int32, type RowOf } from "./schema.ts";

/** How fast training was: the only table that differs when a stage is repeated. */
export const speedSchema = defineTable({
  name: "speed",
  version: 2,
  file: "speed.arrow",
  meaning: "one row per logged step, by plan, draw, seed and step; no stage reads it",
  order: checkpointOrder,
  columns: {
    ...runColumns,
    step: int32(count("updates", "updates made so far")),
    seconds: float64(count("s", "time since the previous row")),
    tokensPerSecond: float64(count("tokens/s", "tokens processed since the previous row, per second")),
    examplesPerSecond: float64(count("examples/s", "examples trained on since the previous row, per second")),
  },
});

export type SpeedRow = RowOf<typeof speedSchema>;
