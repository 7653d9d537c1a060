import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, type PlanRow, planSchema, writeTable } from "@ft/artifacts";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ModelConfig } from "../families/index.ts";
import { readPlans } from "./plans.ts";

/** Only its family matters here. */
const config: ModelConfig = {
  family: "gpt-neox",
  layers: 2,
  heads: 2,
  dModel: 8,
  dMlp: 32,
  vocabulary: 10,
  maxPositions: 16,
  parallel: true,
  norm: "layer",
  activation: "gelu",
  rotaryDims: 2,
  rotaryBase: 10_000,
  layerNormEpsilon: 1e-5,
  initializerRange: 0.02,
};

const row = (plan: string, changes: Partial<PlanRow> = {}): PlanRow => ({
  plan,
  seed: null,
  adapter: "lora",
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
    const two = await write(row("a", { adapter: "full", rank: 0, alpha: 0 }));
    const plans = readPlans([one, two], config);
    expect(plans.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(plans[0]!.adapter(1)).toEqual({
      kind: "lora",
      modules: [
        { name: "gpt_neox.layers.0.attention.dense", rank: 8, alpha: 16, settings: {} },
        { name: "gpt_neox.layers.1.mlp.dense_h_to_4h", rank: 2, alpha: 2, settings: {} },
      ],
    });
    expect(plans[1]!.adapter(1)).toMatchObject({ kind: "full" });
  });

  test("gives each seed its own rows, and says for which seeds there are some", async () => {
    const [plan] = readPlans(
      [await write(row("r", { seed: 1, rank: 8 }), row("r", { seed: 2, rank: 32 }))],
      config,
    );
    expect(plan!.adapter(2)).toMatchObject({ modules: [{ rank: 32 }] });
    expect(() => plan!.adapter(3)).toThrow("nothing for seed 3; it was made for seeds 1, 2");
  });

  test("refuses two plans of one name, and a plan of several kinds", async () => {
    const folders = [await write(row("a")), await write(row("a"))];
    expect(() => readPlans(folders, config)).toThrow("two stages made plans of the same name");
    const [both] = readPlans([await write(row("a"), row("a", { adapter: "full", layer: 1 }))], config);
    expect(() => both!.adapter(1)).toThrow("adapters of several kinds: lora and full");
  });

  test.each([
    [{ module: "dens" }, /have no module `dens`; did you mean `dense`\?/],
    [{ layer: 2 }, /layer that the model does not have[\s\S]*value: 2[\s\S]*layers are 0 to 1/],
  ])("refuses the row %o before anything is trained, naming it", async (changes, message) => {
    const folder = await write(row("a"), row("a", changes));
    expect(() => readPlans([folder], config)).toThrow(message);
    expect(() => readPlans([folder], config)).toThrow(/plan\.arrow\n {2}place: row 1/);
  });
});
