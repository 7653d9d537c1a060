import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, type PlanRow, planSchema, writeTable } from "@ft/artifacts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPlans } from "./plans.ts";
import { tinyPlan } from "./testing/tiny.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plans-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function plansOf(...files: PlanRow[][]) {
  const folders = files.map((_, i) => join(folder, String(i)));
  for (const [i, rows] of files.entries())
    await writeTable(folders[i]!, planSchema, rows, createProvenance());
  return readPlans(folders);
}

test("plans of several files come in order, modules under their checkpoint names", async () => {
  const plans = await plansOf(tinyPlan("b", 2), [...tinyPlan("c", 1), ...tinyPlan("a", 1)]);
  expect(plans.map(({ name }) => name)).toEqual(["b", "c", "a"]);
  const adapter = plans[0]!.adapter(1);
  expect(adapter).toMatchObject({ adapter: "lora" });
  if (adapter.adapter === "lora") {
    expect(adapter.modules).toHaveLength(8);
    expect(adapter.modules[4]).toEqual({
      name: "gpt_neox.layers.1.attention.query_key_value",
      rank: 2,
      alpha: 4,
    });
  }
});

test("a seed has its own rows and those for every seed", async () => {
  const [plan] = await plansOf([...tinyPlan("drawn", 1, 1), ...tinyPlan("drawn", 3, 2)]);
  const ranks = [1, 2].map((seed) => {
    const adapter = plan!.adapter(seed);
    return adapter.adapter === "lora" && adapter.modules[0]!.rank;
  });
  expect(ranks).toEqual([1, 3]);
  expect(() => plan!.adapter(3)).toThrow(/nothing for seed 3; it was made for seeds 1, 2/);
});

test("full fine-tuning has no modules", async () => {
  const rows = tinyPlan("all", 0).map((row) => ({ ...row, adapter: "full" as const }));
  expect((await plansOf(rows))[0]!.adapter(1)).toEqual({ adapter: "full" });
});

test("names that stand in two files, unknown modules and mixtures are refused", async () => {
  await expect(plansOf(tinyPlan("a", 1), tinyPlan("a", 2))).rejects.toThrow(/same name.*value: "?a/s);
  const misspelt = tinyPlan("a", 1).map((row) => ({ ...row, module: "query_key_values" }));
  const [plan] = await plansOf(misspelt);
  expect(() => plan!.adapter(1)).toThrow(/query_key_values.*query_key_value/s);
  const [mixed] = await plansOf([
    ...tinyPlan("a", 1),
    ...tinyPlan("a", 1).map((row) => ({ ...row, adapter: "full" as const })),
  ]);
  expect(() => mixed!.adapter(1)).toThrow(/both adapters and every weight/);
});
