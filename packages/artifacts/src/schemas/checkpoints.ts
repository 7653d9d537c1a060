import { checkpointOrder, runColumns } from "./run.ts";
import { defineTable, int32, type RowOf } from "./schema.ts";
import { tensorColumns, tensorProblem } from "./tensors.ts";

/** The trained tensors at every checkpoint: an adapter's, or all of the model's in full fine-tuning. */
export const checkpointsSchema = defineTable({
  name: "checkpoints",
  version: 2,
  file: "checkpoints.arrow",
  meaning: "one row per tensor, by plan, draw, seed and step; step 0 is before training",
  order: { ...checkpointOrder, tensor: "together" },
  rowPerBatch: true,
  columns: {
    ...runColumns,
    step: int32({ unit: "updates", meaning: "updates made before the checkpoint", minimum: 0 }),
    ...tensorColumns,
  },
  problem: tensorProblem,
});

export type CheckpointRow = RowOf<typeof checkpointsSchema>;
