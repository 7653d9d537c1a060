import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, type LayerRow, layersSchema, metricsSchema, writeTable } from "@ft/artifacts";
import { expect, onTestFinished, test } from "vitest";
import { readLayers, readMetrics } from "./results.ts";
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

test("metrics say of runs with a given start that step 0 is not the base model", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ft-metrics-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const stage = async (name: string, role: string) => {
    const { heldOutAccuracy: _, ...row } = results.metrics[0]!;
    const rows = [{ ...row, plan: name, circuitAccuracy: 0.25, testAccuracy: 0.5 }];
    const inputs = { [`${role}/imported/checkpoints.arrow`]: "0".repeat(64) };
    const provenance = createProvenance({ runs: { experiment: "made-up", stage: name }, inputs });
    await writeTable(join(folder, name), metricsSchema, rows, provenance);
    return join(folder, name);
  };
  const read = readMetrics([await stage("own", "plan"), await stage("given", "start")], "test");
  expect(read.map(({ plan, beganElsewhere = false }) => [plan, beganElsewhere])).toEqual([
    ["own", false],
    ["given", true],
  ]);
  expect(read.map(({ heldOutAccuracy }) => heldOutAccuracy)).toEqual([0.5, 0.5]);
});
