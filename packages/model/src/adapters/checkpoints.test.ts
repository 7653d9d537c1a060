import {
  byRun,
  type CheckpointRow,
  checkpointsSchema,
  createProvenance,
  type PlanRow,
  planSchema,
  writeTable,
} from "@ft/artifacts";
import { type Ops, openBackend } from "@ft/backend";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { gptNeoxConfig } from "../testing/gpt-neox-config.ts";
import { initializeModel } from "../weights/initialize-model.ts";
import { tensorRows, tensorsOfRows } from "../weights/tensor-rows.ts";
import { adapterTensors } from "./adapter.ts";
import { checkpointAdapter, checkpointModel, listCheckpoints, readCheckpoints } from "./checkpoints.ts";
import { adapterOf, readPlans } from "./plans.ts";

const model = initializeModel(gptNeoxConfig({ dModel: 8, rotaryDims: 2, initializerRange: 0.5 }), 1);
const plan = "lora-r2";
const planRow: PlanRow = {
  plan,
  draw: 0,
  seed: null,
  kind: "lora",
  settings: "{}",
  layer: 0,
  module: "query_key_value",
  rank: 2,
  alpha: 4,
  critical: false,
  edgeChange: null,
  reason: "",
};
const planRows = [planRow, { ...planRow, layer: 1 }];

/** The tensors of a checkpoint: B is as large as its step. */
function rowsAt(seed: number, step: number): CheckpointRow[] {
  const start = adapterTensors(model.weights, adapterOf(model.config, planRows), seed);
  const tensors = new Map(
    [...start].map(([name, { shape, data }]) => [
      name,
      { shape, data: name.includes("lora_B") ? data.map(() => step) : data },
    ]),
  );
  return Array.from(tensorRows(tensors), (row) => ({ plan, draw: 0, seed, step, ...row }));
}

test("a table's checkpoints are listed once, and the wanted ones are read with all of their tensors", async () => {
  const folder = temporaryFolder();
  const rows = [rowsAt(1, 0), rowsAt(1, 1), rowsAt(2, 0), rowsAt(2, 1)].flat();
  await writeTable(folder, checkpointsSchema, rows, createProvenance());
  const keys = listCheckpoints(folder);
  expect(keys.map(({ seed, step }) => [seed, step])).toEqual([
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
  ]);
  expect(byRun(keys)).toEqual([keys.slice(0, 2), keys.slice(2)]);
  const read = [...readCheckpoints(folder, [keys[1]!, keys[2]!])];
  expect(read.map(({ seed, step }) => [seed, step])).toEqual([
    [1, 1],
    [2, 0],
  ]);
  expect(read[0]!.tensors).toEqual(tensorsOfRows(rowsAt(1, 1)));
});

describe("the model of a checkpoint", () => {
  let ops: Ops;
  beforeAll(async () => {
    ops = await openBackend({ backend: "wasm" });
  });

  const plans = async (rows: PlanRow[]) => {
    const folder = temporaryFolder();
    await writeTable(folder, planSchema, rows, createProvenance());
    return readPlans([folder], model.config);
  };
  const checkpoint = (step: number, name = plan) => ({
    ...{ plan: name, draw: 0, seed: 1, step },
    tensors: tensorsOfRows(rowsAt(1, step)),
  });

  test("is the base before training, and differs in the adapted linears only after it", async () => {
    const known = await plans(planRows);
    const changed = (step: number) => {
      const { weights } = checkpointModel(ops, model, known, checkpoint(step));
      return [...weights].filter(([name, { data }]) => {
        const base = model.weights.get(name)!.data;
        return data.some((value, i) => value !== base[i]);
      });
    };
    expect(changed(0)).toEqual([]);
    expect(changed(1).map(([name]) => name)).toEqual([
      "gpt_neox.layers.0.attention.query_key_value.weight",
      "gpt_neox.layers.1.attention.query_key_value.weight",
    ]);
  });

  test("needs the run's plan, and every tensor that it trains in its shape", async () => {
    const known = await plans(planRows);
    expect(() => checkpointAdapter(model, known, checkpoint(0, "other"))).toThrow(
      /not among the plans[\s\S]*other/,
    );
    expect(() => checkpointAdapter(model, known, { ...checkpoint(0), draw: 2 })).toThrow(
      /not among the plans[\s\S]*lora-r2, draw 2, seed 1/,
    );
    const more = await plans([{ ...planRow, module: "dense" }, ...planRows]);
    expect(() => checkpointAdapter(model, more, checkpoint(0))).toThrow(
      /lacks a tensor[\s\S]*seed 1, step 0[\s\S]*layers\.0\.attention\.dense\.lora_A/,
    );
    const larger = await plans(planRows.map((row) => ({ ...row, rank: 3 })));
    expect(() => checkpointAdapter(model, larger, checkpoint(0))).toThrow(
      /another shape for a tensor[\s\S]*query_key_value\.lora_A\S* \[2,8\], not \[3,8\]/,
    );
  });
});
