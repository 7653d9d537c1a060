import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createProvenance,
  type DatasetRow,
  datasetSchema,
  leftOutConfig,
  type MetricsRow,
  metricsSchema,
  planSchema,
  silentProgress,
  verifiableFiles,
  verifyFile,
  writeTable,
} from "@ft/artifacts";
import { initializeModel, saveModel } from "@ft/model";
import { expect, onTestFinished, test } from "vitest";
import { writeCircuits } from "../../graph/src/testing/write-circuits.ts";
import { run } from "./run.ts";
import { graph, results } from "./testing/results.ts";

const provenance = createProvenance({ config: { percentile: 95 }, seed: 1 });

/** Rows by seed and step within a plan, as the table has them. */
function inOrder(rows: readonly MetricsRow[]): MetricsRow[] {
  const plans = [...new Set(rows.map(({ plan }) => plan))];
  return plans.flatMap((plan) =>
    rows.filter((row) => row.plan === plan).sort((a, b) => a.seed - b.seed || a.step - b.step),
  );
}

/** Runs the report stage on the made-up results' plans and metrics; returns its output folder. */
async function report(plans = results.plans, withCircuits = false): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ft-report-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const example: DatasetRow = {
    example: 0,
    split: "circuit",
    kind: "add",
    ...results.example,
    cleanTokens: [1],
    corruptedTokens: [2],
    answerToken: 3,
    corruptedAnswerToken: 4,
  };
  await saveModel(at("model"), initializeModel(results.model.config, 1));
  const config = {
    ...(provenance.config as object),
    ...leftOutConfig([{ reason: "too long", rows: 3, first: [] }]),
  };
  await writeTable(at("data"), datasetSchema, [example], { ...provenance, config });
  await writeTable(at("plan"), planSchema, plans, provenance);
  const runs = { experiment: "made-up", stage: "train" };
  await writeTable(at("train"), metricsSchema, inOrder(results.metrics), { ...provenance, runs });
  if (withCircuits) {
    await writeCircuits(at("circuits"), graph, [
      { seed: 1, step: 0, circuit: { "input->m0": 1 } },
      { seed: 1, step: 5, circuit: { "input->m1": 2 } },
      { seed: 2, step: 0, circuit: { "input->logits": 2 } },
    ]);
  }
  await run({
    experiment: "made-up",
    stage: "report",
    config: { percentile: 95 },
    seed: 1,
    folder: at("."),
    model: at("model"),
    inputs: {
      ...{ data: [at("data")], plan: [at("plan")], train: [at("train")] },
      ...(withCircuits && { circuits: [at("circuits")] }),
    },
    output: at("out"),
    work: at("work"),
    progress: silentProgress,
    provenance,
  });
  return at("out");
}

test("every file of a report has a manifest with its origin and can be verified", async () => {
  const output = await report();
  const written = readdirSync(output, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".manifest.json"))
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(verifiableFiles(output)).toEqual(written.sort());
  for (const file of written) expect(verifyFile(file)).toMatchObject(provenance);
  expect(verifyFile(join(output, "figures", "accuracy.svg"))).toMatchObject({
    what: "figure: Accuracy during fine-tuning",
  });
  expect(readFileSync(join(output, "report.html"), "utf8")).toContain("3 of 4 imported rows were left out");
  expect(readFileSync(join(output, "tables", "methods-by-seed.csv"), "utf8")).toMatch(
    /^method,seed,accuracy\nlora-r8,1,0.71\n/,
  );
});

test("a plan with an unknown module is refused by its row", async () => {
  const plans = results.plans.map((row, i) => (i === 1 ? { ...row, module: "dens" } : row));
  await expect(report(plans)).rejects.toThrow(
    /^the model's layers have no module `dens`; did you mean `dense`\?\n {2}file: \S+plan\.arrow\n {2}place: row 1/,
  );
});

test("a report with circuits has the interactive page of the first run, with a manifest, and links it", async () => {
  const output = await report(results.plans, true);
  expect(verifyFile(join(output, "circuit.html"))).toMatchObject({
    ...provenance,
    what: "interactive circuit",
  });
  const html = readFileSync(join(output, "circuit.html"), "utf8");
  const { checkpoints, title } = JSON.parse(/id="circuits">(.*?)<\/script>/.exec(html)![1]!);
  expect([title, checkpoints]).toEqual(["made-up: circuits during fine-tuning", ["step 0", "step 5"]]);
  expect(readFileSync(join(output, "report.html"), "utf8")).toContain('href="circuit.html"');
  const without = await report();
  expect(readdirSync(without)).not.toContain("circuit.html");
  expect(readFileSync(join(without, "report.html"), "utf8")).not.toContain("circuit.html");
});
