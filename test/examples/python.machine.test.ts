import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { planSchema, readManifest, readTable, tablePath } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { runExample } from "./run-example.ts";

const able = spawnSync("python", ["-c", "import pyarrow"]).status === 0;
const skipped = able ? "" : " (skipped: python has no pyarrow)";

describe.skipIf(!able)(`a stage swapped for a Python script${skipped}`, () => {
  test("plans what is then trained: swapped-stage", async () => {
    const results = await runExample("swapped-stage");
    const plan = readTable(join(results, "plan"), planSchema);
    const ranks = plan.filter(({ module }) => module === "dense").map(({ rank }) => rank);
    expect(ranks).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    const { outside } = readManifest(tablePath(join(results, "plan"), planSchema));
    expect(Object.keys(outside!.files)).toEqual(["experiments/swapped-stage/plan.py"]);
  });
});
