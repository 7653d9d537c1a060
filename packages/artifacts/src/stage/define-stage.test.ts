import { kinds } from "@ft/experiment";
import { expect, test } from "vitest";
import { z } from "zod";
import { checkpointsSchema } from "../schemas/checkpoints.ts";
import { datasetSchema } from "../schemas/dataset.ts";
import { planSchema } from "../schemas/plan.ts";
import { defineStage } from "./define-stage.ts";

const work = { config: z.strictObject({}), run() {} };

test("a stage has the tables that its declaration names", () => {
  const roles = { data: { tables: ["dataset"] }, plan: { tables: ["plan"], optional: true, several: true } };
  const { inputs, outputs, uses } = defineStage({ ...kinds.train, roles, outputs: ["checkpoints"] }, work);
  expect(uses).toBe("train");
  expect(inputs).toEqual({
    data: { tables: [datasetSchema], optional: false, several: false },
    plan: { tables: [planSchema], optional: true, several: true },
  });
  expect(outputs).toEqual([checkpointsSchema]);
});

test("every table that a declaration names exists", () => {
  for (const kind of Object.values(kinds)) expect(() => defineStage(kind, work)).not.toThrow();
  expect(() => defineStage({ ...kinds.data, outputs: ["datasets"] }, work)).toThrow(
    "names the table datasets, which does not exist",
  );
});
