import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkpointsSchema, datasetSchema, readTable, summarySchema } from "@ft/artifacts";
import { expect, test } from "vitest";
import { runExample } from "./run-example.ts";

const examples = resolve(import.meta.dirname, "../../examples");

test("every example is listed, and its README says how to run it", () => {
  const read = (...path: string[]) => readFileSync(join(examples, ...path, "README.md"), "utf8");
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.length).toBeGreaterThan(0);
  for (const { name } of folders) {
    expect(read()).toContain(`[${name}](${name})`);
    expect(read(name)).toContain(`cp -r examples/${name} experiments/\nnpx ft run ${name}\n`);
  }
});

test("own-csv fine-tunes on every row of its file", async () => {
  const results = await runExample("own-csv");
  const rows = readFileSync(join(examples, "own-csv/pairs.csv"), "utf8").trimEnd().split("\n").slice(1);
  const dataset = readTable(join(results, "data"), datasetSchema);
  const written = dataset.map(({ clean, corrupted, answer, corruptedAnswer }) =>
    [clean, corrupted, answer, corruptedAnswer].join(","),
  );
  expect(written.sort()).toEqual(rows.sort());
  const [method] = readTable(join(results, "report"), summarySchema);
  expect(method).toMatchObject({ method: "lora-4", seeds: 2 });
});

test("own-model runs every stage on the model that it names", async () => {
  const results = await runExample("own-model");
  const layers = readTable(join(results, "train"), checkpointsSchema).map(({ tensor }) => tensor);
  expect(layers).toContain("gpt_neox.layers.1.attention.dense.lora_A.weight");
  expect(layers.filter((tensor) => tensor.includes("layers.2."))).toEqual([]);
});
