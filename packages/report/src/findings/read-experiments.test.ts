import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { metricsSchema } from "@ft/artifacts";
import { initializeModel, saveModel } from "@ft/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { finished, writeFinished, writeModel } from "../testing/finished.ts";
import { results } from "../testing/results.ts";
import { readExperiments, resultTables, tasksOf, withOwnCircuits } from "./read-experiments.ts";

const folder = mkdtempSync(join(tmpdir(), "ft-findings-"));
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  await writeModel(at("model"));
  for (const name of ["sequence", "add-sub-300", "add-sub-100", "my-own"])
    await writeFinished(at("results"), name, at("model"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("experiments are read from their small tables, in the paper's order of tasks", async () => {
  const found = await readExperiments(at("results"), [at("model")]);
  expect(found.map(({ name }) => name)).toEqual(["add-sub-100", "add-sub-300", "sequence", "my-own"]);
  expect(existsSync(at("results", "sequence", "data"))).toBe(false);
  const [first] = found;
  expect(first!.results).toMatchObject({ experiment: "add-sub-100", plans: results.plans, majority: 1 });
  expect(first!.results.metrics).toHaveLength(results.metrics.length);
  expect(first!.results.example).toEqual(results.example);
  expect([...first!.tables.keys()]).toEqual([
    "add-sub-100/plan/plan.arrow",
    "add-sub-100/train/metrics.arrow",
  ]);
  expect(first!.read).toEqual([...first!.tables.keys()]);
  expect(first!.data).toMatch(/^[0-9a-f]{64}$/);
  expect(resultTables.map(({ name }) => name)).toContain("baselines");
});

test("a base model that is not given is named by its hash", async () => {
  await saveModel(at("other"), initializeModel(results.model.config, 2));
  await expect(readExperiments(at("results"), [at("other")])).rejects.toThrow(
    /the base model of these results is not here[\s\S]*--model[\s\S]*other/,
  );
});

test("a table of another run than the report's is refused", async () => {
  cpSync(at("results"), at("mixed"), { recursive: true });
  const own = (name: string) => at("mixed", name, "train");
  const { writeTable, createProvenance, readTable } = await import("@ft/artifacts");
  const rows = readTable(own("sequence"), metricsSchema).map((row) => ({ ...row, loss: 1 }));
  const runs = { experiment: "sequence", stage: "train" };
  await writeTable(own("sequence"), metricsSchema, rows, { ...createProvenance(), runs });
  await expect(readExperiments(at("mixed"), [at("model")])).rejects.toThrow(
    /not the one that its report read[\s\S]*metrics\.arrow/,
  );
});

test("a folder without experiments is refused", async () => {
  await expect(readExperiments(at("nothing"), [])).rejects.toThrow("the folder of results does not exist");
  await expect(readExperiments(at("model"), [])).rejects.toThrow("no experiment in this folder has a report");
});

test("experiments that share runs on the same examples are of one task, the first one's", () => {
  const of = (name: string, data: string, ...tables: string[]) => ({
    ...finished(name, {}, data),
    tables: new Map(tables.map((path) => [path, "0123"])),
  });
  const runs = "lcm/train-lora-2/metrics.arrow";
  const all = [
    of("lcm", "a", runs, "lcm/circuits/changes.arrow"),
    of("lcm-scaled", "a", runs, "lcm/circuits/changes.arrow", "lcm-scaled/train-circuit/metrics.arrow"),
    of("lcm-again", "a", "lcm-again/train-lora-2/metrics.arrow", "lcm-again/circuits/changes.arrow"),
    of("other", "b", runs),
  ];
  expect([...tasksOf(all)]).toEqual([
    ["lcm", "lcm"],
    ["lcm-scaled", "lcm"],
    ["lcm-again", "lcm-again"],
    ["other", "other"],
  ]);
  expect(withOwnCircuits(all).map(({ name }) => name)).toEqual(["lcm", "lcm-again", "other"]);
});
