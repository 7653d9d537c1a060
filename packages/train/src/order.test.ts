import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  createProvenance,
  datasetSchema,
  manifestPath,
  type OrderRow,
  orderSchema,
  readTable,
  writeTable,
} from "@ft/artifacts";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { admitOrder, drawnOrder, givenOrder, orderRows, readOrder } from "./order.ts";
import { tinyDataset } from "./testing/tiny.ts";

/** Eleven training examples, whose numbers are not their places, five to an update: three updates an epoch; runs make six updates. */
const numbers = Array.from({ length: 11 }, (_, i) => 3 * i + 1);
const examples = { numbers, train: numbers.map(() => ({ tokens: [], targets: [] })) };
const length = { updates: 6, schedule: 6 };
const drawn = drawnOrder(examples, 5, length);

let folder: string;
let dataset: string;
beforeEach(async () => {
  folder = temporaryFolder();
  dataset = join(folder, "data");
  mkdirSync(dataset);
  const rows = tinyDataset().map((row, example) => ({
    ...row,
    split: numbers.includes(example) || example === 50 ? ("train" as const) : ("test" as const),
  }));
  await writeTable(dataset, datasetSchema, rows, createProvenance());
});

const limits = (seeds: number[]) => ({ batch: 5, seeds, updates: length.updates, dataset });

test("a drawn order as a table has a row for every seed and update, with the dataset's numbers, and reads back as itself", async () => {
  const rows = [...orderRows(drawn, examples, [4, 2])];
  expect(rows.map(({ seed, step }) => [seed, step])).toEqual(
    [4, 2].flatMap((seed) => [1, 2, 3, 4, 5, 6].map((step) => [seed, step])),
  );
  const firstEpoch = rows.slice(0, 3).flatMap((row) => row.examples);
  expect(firstEpoch.toSorted((a, b) => a - b)).toEqual(numbers);
  expect(rows[2]!.examples).toHaveLength(1);
  await writeTable(folder, orderSchema, rows, createProvenance());
  const given = givenOrder(
    { file: "order.arrow", hash: "", rows: readTable(folder, orderSchema) },
    examples,
    limits([2, 4]),
  );
  for (const seed of [2, 4])
    for (const from of [0, 1, 4, 6]) expect([...given(seed, from)]).toEqual([...drawn(seed, from)]);
});

describe("a table is refused", () => {
  const rows = [...orderRows(drawn, examples, [1])];
  const given = (changed: OrderRow[], seeds = [1]) =>
    givenOrder({ file: "order.arrow", hash: "", rows: changed }, examples, limits(seeds));
  const first = (numbers: number[]) => [{ ...rows[0]!, examples: numbers }, ...rows.slice(1)];

  test.each<[string, () => unknown, RegExp]>([
    [
      "without a seed's rows",
      () => given(rows, [1, 3]),
      /no order of examples for seed 3[\s\S]*value: "seeds 1"/,
    ],
    [
      "with fewer updates than the runs make",
      () => given(rows.slice(0, 5)),
      /fewer updates[\s\S]*place: seed 1[\s\S]*value: "5, not 6"[\s\S]*epochs/,
    ],
    [
      "with more of them",
      () => given([...rows, { ...rows[0]!, step: 7 }]),
      /more updates[\s\S]*value: "7, not 6"[\s\S]*batch/,
    ],
    [
      "with more examples in an update than `batch`",
      () => given(first([1, 4, 7, 10, 13, 16])),
      /more examples than `batch`[\s\S]*place: seed 1, step 1[\s\S]*value: "6, batch 5"/,
    ],
    [
      "with an example that does not exist",
      () => given(first([1, 5000])),
      /not trained on[\s\S]*place: seed 1, step 1[\s\S]*example 5000, not in the dataset[\s\S]*dataset\.arrow/,
    ],
    ["with one of another split", () => given(first([2])), /example 2, in split test/],
    [
      "with one that is not in the share that is trained on",
      () => given(first([50])),
      /example 50, not in the share of the training split[\s\S]*dataShare/,
    ],
  ])("%s", (_, use, message) => {
    expect(use).toThrow(message);
  });

  test("an update may have fewer examples than `batch`, and one twice", () => {
    expect([...given(first([7, 7]))(1)][0]).toEqual([2, 2]);
  });
});

test("a command's table may be empty, and has no example that is not trained on", async () => {
  const admitted = async (rows: OrderRow[]) => {
    await writeTable(folder, orderSchema, rows, createProvenance());
    return admitOrder({ output: folder, inputs: { data: [dataset] } });
  };
  await admitted([]);
  await admitted([{ seed: 1, step: 1, examples: [1, 50] }]);
  await expect(admitted([{ seed: 1, step: 1, examples: [1, 2] }])).rejects.toThrow(
    /place: seed 1, step 1[\s\S]*example 2, in split test/,
  );
});

describe("the table of a stage", () => {
  const hash = (digit: string) => digit.repeat(64);
  const context = (changes: object = {}) => ({
    config: {} as never,
    inputs: { order: [folder] },
    folder,
    provenance: createProvenance({ inputs: { "data/data/dataset.arrow": hash("1") } }),
    ...changes,
  });
  const write = (inputs: Record<string, string>) =>
    writeTable(folder, orderSchema, orderRows(drawn, examples, [1]), createProvenance({ inputs }));

  test("must be about the stage's dataset, whatever the stages are called", async () => {
    await write({ "data/mine/dataset.arrow": hash("1"), "plan/plan/plan.arrow": hash("3") });
    expect((await readOrder(context()))!.rows).toHaveLength(6);
    await write({ "data/data/dataset.arrow": hash("2"), "plan/plan/plan.arrow": hash("1") });
    await expect(readOrder(context())).rejects.toThrow(/another dataset[\s\S]*order\.arrow[\s\S]*22222/);
  });

  test("can be a file next to the experiment, with a manifest or, of another program, without", async () => {
    await write({ "data/data/dataset.arrow": hash("1") });
    const named = { inputs: {}, config: { order: "order.arrow" } as never };
    const sealed = await readOrder(context(named));
    rmSync(manifestPath(join(folder, "order.arrow")));
    expect(await readOrder(context(named))).toEqual(sealed);
    const missing = { inputs: {}, config: { order: "none.arrow" } as never };
    await expect(readOrder(context(missing))).rejects.toThrow(/none\.arrow/);
  });

  test("is given once, or not at all", async () => {
    expect(await readOrder(context({ inputs: {} }))).toBeUndefined();
    await expect(readOrder(context({ config: { order: "order.arrow" } }))).rejects.toThrow(/given twice/);
  });
});
