import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, type LayerRow, layersSchema, writeTable } from "@ft/artifacts";
import { expect, onTestFinished, test } from "vitest";
import { readLayers } from "./results.ts";
import { results } from "./testing/results.ts";

test("layers of a run are those of the first plan that has them, whatever other plans its circuits made", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ft-layers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const plan = async (name: string, stage: string, change: number) => {
    const rows: LayerRow[] = results.layers.map((row) => ({ ...row, edgeChange: change }));
    const provenance = createProvenance({ runs: { experiment: "made-up", stage } });
    await writeTable(join(folder, name), layersSchema, rows, provenance);
    return join(folder, name);
  };
  const own = await plan("circuit", "probe", 1);
  const union = await plan("union", "probe", 2);
  const other = await plan("other", "another-probe", 3);
  const changes = readLayers([own, union, other]).map(
    ({ stage, edgeChange }: LayerRow & { stage?: string }) => [stage, edgeChange],
  );
  expect(results.layers.length).toBeGreaterThan(0);
  expect(changes).toEqual([
    ...results.layers.map(() => ["probe", 1]),
    ...results.layers.map(() => ["another-probe", 3]),
  ]);
});
