import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, type PlanRow, planSchema, writeTable } from "@ft/artifacts";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ModelConfig } from "../families/index.ts";
import { gptNeoxConfig } from "../testing/gpt-neox-config.ts";
import { planRuns, readPlans } from "./plans.ts";

/** Only its family matters here. */
const config: ModelConfig = gptNeoxConfig({ dModel: 8, rotaryDims: 2 });

const row = (plan: string, changes: Partial<PlanRow> = {}): PlanRow => ({
  plan,
  draw: 0,
  seed: null,
  kind: "lora",
  settings: "{}",
  layer: 0,
  module: "dense",
  rank: 8,
  alpha: 16,
  critical: false,
  edgeChange: null,
  reason: "",
  ...changes,
});

async function write(...rows: PlanRow[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ft-plans-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await writeTable(folder, planSchema, rows, createProvenance());
  return folder;
}

describe("readPlans", () => {
  test("turns rows into adapters on the linears they name, plan by plan in their order", async () => {
    const one = await write(row("b"), row("b", { layer: 1, module: "dense_h_to_4h", rank: 2, alpha: 2 }));
    const two = await write(row("a", { kind: "full", rank: 0, alpha: 0 }));
    const plans = readPlans([one, two], config);
    expect(plans.map(({ name }) => name)).toEqual(["b", "a"]);
    const settings = { dropout: 0, bias: "none" };
    expect(plans[0]!.adapter(1)).toEqual({
      kind: "lora",
      modules: [
        { name: "gpt_neox.layers.0.attention.dense", rank: 8, alpha: 16, settings },
        { name: "gpt_neox.layers.1.mlp.dense_h_to_4h", rank: 2, alpha: 2, settings },
      ],
    });
    expect(plans[1]!.adapter(1)).toMatchObject({ kind: "full" });
  });

  test("gives each seed its own rows, and nothing to a seed without rows", async () => {
    const [plan] = readPlans(
      [await write(row("r", { seed: 1, rank: 8 }), row("r", { seed: 2, rank: 32 }))],
      config,
    );
    expect(plan!.adapter(2)).toMatchObject({ modules: [{ rank: 32 }] });
    expect(plan!.adapter(3)).toBeUndefined();
  });

  test("distinguishes the draws of a plan", async () => {
    const plans = readPlans([await write(row("r", { draw: 1 }), row("r", { draw: 2, rank: 32 }))], config);
    expect(plans.map(({ name, draw }) => [name, draw])).toEqual([
      ["r", 1],
      ["r", 2],
    ]);
    expect(plans[1]!.adapter(1)).toMatchObject({ modules: [{ rank: 32 }] });
  });

  test("refuses two plans of one name, and a plan of several kinds", async () => {
    const folders = [await write(row("a")), await write(row("a"))];
    expect(() => readPlans(folders, config)).toThrow("two stages made plans of the same name");
    const [both] = readPlans([await write(row("a"), row("a", { kind: "full", layer: 1 }))], config);
    expect(() => both!.adapter(1)).toThrow("adapters of several kinds: lora and full");
    const other = row("a", { settings: '{"dropout":0.1}', layer: 1 });
    const [mixed] = readPlans([await write(row("a"), other)], config);
    expect(() => mixed!.adapter(1)).toThrow(/different settings[\s\S]*plan a/);
  });

  test.each([
    [{ module: "dens" }, /have no module `dens`; did you mean `dense`\?/],
    [
      { kind: "lore", layer: 1 },
      /no adapter kind `lore`; did you mean `lora`\?[\s\S]*kinds are lora, rslora,/,
    ],
    [{ rank: 0, layer: 1 }, /kind lora[^\n]*rank: Too small/],
    [{ settings: '{"a":1}', layer: 1 }, /kind lora[^\n]*settings: Unrecognized key: "a"/],
    [{ layer: 2 }, /layer that the model does not have[\s\S]*value: 2[\s\S]*layers are 0 to 1/],
  ])("refuses the row %o before anything is trained, naming it", async (changes, message) => {
    const folder = await write(row("a"), row("a", changes));
    expect(() => readPlans([folder], config)).toThrow(message);
    expect(() => readPlans([folder], config)).toThrow(/plan\.arrow\n {2}place: row 1/);
  });
});

describe("planRuns", () => {
  const runs = (seeds: number[], ...rows: PlanRow[]) =>
    write(...rows).then((folder) =>
      planRuns(readPlans([folder], config), seeds).map(({ plan, draw, seed }) => `${plan} ${draw} ${seed}`),
    );

  test("pairs each draw with its own seeds, or crosses draws with all seeds", async () => {
    const paired = [row("r", { draw: 1, seed: 1 }), row("r", { draw: 2, seed: 2 }), row("u")];
    expect(await runs([1, 2], ...paired)).toEqual(["r 1 1", "r 2 2", "u 0 1", "u 0 2"]);
    const crossed = [row("r", { draw: 1 }), row("r", { draw: 2 })];
    expect(await runs([1, 2], ...crossed)).toEqual(["r 1 1", "r 1 2", "r 2 1", "r 2 2"]);
  });

  test("refuses a plan that has nothing for a seed, and says for which seeds it was made", async () => {
    const paired = [row("r", { draw: 1, seed: 1 }), row("r", { draw: 2, seed: 2 })];
    await expect(runs([1, 3], ...paired)).rejects.toThrow(
      "plan r has nothing for seed 3; it was made for seeds 1, 2",
    );
  });
});
