import { checkpointsSchema, createProvenance, type PlanRow, planSchema, writeTable } from "@ft/artifacts";
import { type Ops, openBackend } from "@ft/backend";
import { readPlans, tensorsOfRows } from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { checkpointRows, planRows, tinyModel } from "../testing/write-inputs.ts";
import { checkpointModel, chooseCheckpoints, listCheckpoints, readCheckpoints } from "./checkpoints.ts";

const plan = "lora-r2";

async function writeCheckpoints(...keys: [seed: number, step: number][]): Promise<string> {
  const folder = temporaryFolder();
  const rows = keys.flatMap(([seed, step]) => checkpointRows(plan, seed, step));
  await writeTable(folder, checkpointsSchema, rows, createProvenance());
  return folder;
}

describe("reading checkpoints", () => {
  test("lists each once and reads the wanted ones with all of their tensors", async () => {
    const folder = await writeCheckpoints([1, 0], [1, 1], [2, 0], [2, 1]);
    const keys = listCheckpoints(folder);
    expect(keys.map(({ seed, step }) => [seed, step])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    const read = [...readCheckpoints(folder, [keys[1]!, keys[2]!])];
    expect(read.map(({ seed, step }) => [seed, step])).toEqual([
      [1, 1],
      [2, 0],
    ]);
    expect(read[0]!.tensors).toEqual(tensorsOfRows(checkpointRows(plan, 1, 1)));
  });
});

describe("chooseCheckpoints", () => {
  const keys = [0, 10, 20].map((step) => ({ plan: "a", draw: 0, seed: 1, step }));
  keys.push({ plan: "b", draw: 0, seed: 1, step: 0 }, { plan: "b", draw: 0, seed: 1, step: 10 });
  const steps = (choice: Parameters<typeof chooseCheckpoints>[1]) =>
    chooseCheckpoints(keys, choice).map(({ plan, step }) => `${plan} ${step}`);

  test("takes all, both ends of every run, or some steps", () => {
    expect(steps("all")).toHaveLength(5);
    expect(steps("ends")).toEqual(["a 0", "a 20", "b 0", "b 10"]);
    expect(steps([10, 0])).toEqual(["a 0", "a 10", "b 0", "b 10"]);
    expect(chooseCheckpoints([], "ends")).toEqual([]);
  });

  test("names the run that lacks a step, and the steps it has", () => {
    expect(() => steps([20])).toThrow(/b, seed 1, has no checkpoint at step 20[\s\S]*0, 10/);
  });
});

describe("checkpointModel", () => {
  let ops: Ops;
  beforeAll(async () => {
    ops = await openBackend();
  });

  const plans = async (rows: PlanRow[]) => {
    const folder = temporaryFolder();
    await writeTable(folder, planSchema, rows, createProvenance());
    return readPlans([folder], tinyModel.config);
  };
  const checkpoint = (step: number, name = plan) => ({
    plan: name,
    draw: 0,
    seed: 1,
    step,
    tensors: tensorsOfRows(checkpointRows(name, 1, step)),
  });

  test("is the base before training, and differs in the adapted linears only after it", async () => {
    const known = await plans(planRows);
    const changed = (step: number) => {
      const { weights } = checkpointModel(ops, tinyModel, known, checkpoint(step));
      return [...weights].filter(([name, { data }]) => {
        const base = tinyModel.weights.get(name)!.data;
        return data.some((value, i) => value !== base[i]);
      });
    };
    expect(changed(0)).toEqual([]);
    expect(changed(1).map(([name]) => name)).toEqual([
      "gpt_neox.layers.0.attention.query_key_value.weight",
      "gpt_neox.layers.1.attention.query_key_value.weight",
    ]);
  });

  test("names the run whose plan is missing, and the tensor that a checkpoint lacks", async () => {
    const known = await plans(planRows);
    expect(() => checkpointModel(ops, tinyModel, known, checkpoint(0, "other"))).toThrow(
      /not among the plans[\s\S]*other/,
    );
    expect(() => checkpointModel(ops, tinyModel, known, { ...checkpoint(0), draw: 2 })).toThrow(
      /not among the plans[\s\S]*lora-r2, draw 2, seed 1/,
    );
    const more = await plans([{ ...planRows[0]!, module: "dense" }, ...planRows]);
    expect(() => checkpointModel(ops, tinyModel, more, checkpoint(0))).toThrow(
      /lacks a tensor[\s\S]*seed 1, step 0[\s\S]*layers\.0\.attention\.dense\.lora_A/,
    );
  });
});
