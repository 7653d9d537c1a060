/** CONTRIBUTING's recipes that have their code there, followed to the letter: a file and a line, and the new thing works. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type AnyStage, createProvenance, parseConfig, silentProgress } from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { createGraph, rankEdges } from "@ft/graph";
import { graphShape, loadModel, readPlans } from "@ft/model";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Applied, applyRecipes } from "./apply-recipes.ts";

const root = resolve(import.meta.dirname, "../..");

let applied: Applied;
beforeAll(() => {
  applied = applyRecipes([
    { heading: "Add a task", list: "tasks" },
    { heading: "Add a metric", list: "metrics" },
    { heading: "Add a method of attribution", list: "methods" },
    { heading: "Add a way to plan adapters", list: "methods" },
    { heading: "Add an exhibit to the report", list: "exhibitMakers" },
    { heading: "Add a claim to the report", list: "claims" },
  ]);
});
afterAll(() => applied.remove());

test("the files and lines of all recipes have the right types", async () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", applied.project]).catch(({ stdout }) => {
    expect.fail(stdout);
  });
});

test("a task: a data stage's configuration names it, and the model can take what it draws", async () => {
  const data = await applied.load<typeof import("@ft/data")>("packages/data/src/index.ts");
  expect(data.listTasks().find(({ name }) => name === "doubling")).toMatchObject({ examples: 90 });
  const rows = await data.preview({ model: join(root, "models/nano"), config: { task: "doubling" } });
  expect(rows).toHaveLength(90);
  for (const { clean, answer } of rows)
    expect(Number(answer)).toBe(2 * Number(/^The double of (\d+) is$/.exec(clean)![1]));
});

/** How much token 2 differs from token 1, which it is otherwise a copy of. */
const STEP = 0.005;
/** What the second order of such a step, and float32 in differences of its size, leave of the largest score. */
const FIRST_ORDER = 0.05;

test("a metric: stages take it, and scores are what corrupting an edge does to it", async () => {
  const { attribute, evaluateCircuits, stages } = await applied.load<typeof import("@ft/circuits")>(
    "packages/circuits/src/index.ts",
  );
  const metric = "log-probability";
  for (const uses of ["attribute", "evaluate"]) {
    const { configSchema } = (stages as readonly AnyStage[]).find((stage) => stage.uses === uses)!;
    expect(parseConfig(configSchema, { metric })).toMatchObject({ metric });
  }
  const ops = await openBackend({ backend: "tfjs", mute: true });
  const model = await loadModel(join(root, "test/fixtures/neox-tiny"));
  const { shape, data } = model.weights.get("gpt_neox.embed_in.weight")!;
  const width = shape[1]!;
  for (let i = 0; i < width; i++) data[2 * width + i] = data[width + i]! + STEP * Math.sin(7 * i);
  model.weights.set("gpt_neox.embed_in.weight", { shape, data });
  const pairs = [
    { clean: [5, 9, 1, 30, 12], corrupted: [5, 9, 2, 30, 12], answer: 7 },
    { clean: [5, 1, 14], corrupted: [5, 2, 14], answer: 9 },
  ];
  const graph = createGraph(graphShape(model.config));
  const scores = attribute(ops, model, pairs, { method: "eap", metric });
  const strongest = rankEdges(graph, scores).slice(0, 12);
  const without = Array.from(strongest, (edge) => graph.emptySet().map((_, other) => Number(other !== edge)));
  const { model: whole, circuits } = evaluateCircuits(ops, model, pairs, without, { metric });
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const largest = Math.abs(scores[strongest[0]!]!);
  expect(largest).toBeGreaterThan(0);
  for (const [i, circuit] of circuits.entries()) {
    const lost = mean(whole.metric) - mean(circuit.metric);
    expect(Math.abs(scores[strongest[i]!]! - lost) / largest).toBeLessThan(FIRST_ORDER);
  }
});

test("a method of attribution: the stage takes it, and its scores are those of its points", async () => {
  const { attribute, stages } = await applied.load<typeof import("@ft/circuits")>(
    "packages/circuits/src/index.ts",
  );
  const { configSchema } = (stages as readonly AnyStage[]).find(({ uses }) => uses === "attribute")!;
  expect(parseConfig(configSchema, { method: "midpoint" })).toMatchObject({ method: "midpoint" });
  const ops = await openBackend({ backend: "tfjs", mute: true });
  const model = await loadModel(join(root, "test/fixtures/neox-tiny"));
  const pairs = [{ clean: [5, 9, 1, 30], corrupted: [5, 9, 2, 30], answer: 7, wrong: 8 }];
  const options = { metric: "logit-diff", grid: "library" } as const;
  const [one, two] = [1, 2].map((steps) => attribute(ops, model, pairs, { ...options, steps }));
  const own = attribute(ops, model, pairs, { method: "midpoint", metric: "logit-diff" });
  const largest = Math.max(...own.map(Math.abs));
  // Two steps from the corrupted prompt are the corrupted prompt and the midpoint.
  own.forEach((score, edge) => {
    expect(Math.abs(score - (2 * two![edge]! - one![edge]!)) / largest).toBeLessThan(1e-4);
  });
});

test("a way to plan adapters: the lora stage takes it and writes what can be trained", async () => {
  const { stages } = await applied.load<typeof import("@ft/lora")>("packages/lora/src/index.ts");
  const [stage] = stages;
  const output = mkdtempSync(join(tmpdir(), "ft-plan-"));
  onTestFinished(() => rmSync(output, { recursive: true }));
  const model = join(root, "test/fixtures/neox-tiny");
  await stage!.run({
    ...{
      experiment: "test",
      stage: "plan",
      folder: output,
      seed: 1,
      model,
      inputs: {},
      output,
      work: output,
    },
    config: parseConfig(stage!.configSchema, {
      plans: [{ name: "last-layer", method: "last", rank: 4, count: 1 }],
    }) as never,
    progress: silentProgress,
    provenance: createProvenance(),
  });
  const { config } = await loadModel(model);
  const adapter = readPlans([output], config)[0]!.adapter(1)!;
  expect(adapter.modules).toHaveLength(4);
  for (const { name, rank } of adapter.modules) {
    expect(name).toContain("layers.1.");
    expect(rank).toBe(4);
  }
});

/** What the tests of the report import from its copy: it has no name outside its package. */
interface Report {
  results: { metrics: { seed: number; step: number; heldOutAccuracy: number }[] };
  exhibitMakers: readonly ((results: unknown) => { id: string; figure?: string } | undefined)[];
  findings(results: unknown): { claim: string; verdict: string; missing: readonly string[] }[];
  limits(results: unknown): unknown;
  renderPage(contents: object): string;
}

async function loadReport(): Promise<Report> {
  const modules = ["testing/results.ts", "exhibits/index.ts", "claims/index.ts", "page/report-page.tsx"];
  const loaded = modules.map((module) => applied.load<Report>(`packages/report/src/${module}`));
  return Object.assign({}, ...(await Promise.all(loaded)));
}

test("an exhibit: the page has its figure and its table", async () => {
  const { results, exhibitMakers, findings, limits, renderPage } = await loadReport();
  const exhibits = exhibitMakers.map((make) => make(results)).filter((exhibit) => exhibit !== undefined);
  expect(exhibits.find(({ id }) => id === "splits")?.figure).toMatch(/^<svg /);
  const page = renderPage({ results, exhibits, findings: findings(results), limits: limits(results) });
  expect(page).toMatch(/id="splits"[\s\S]*?<svg [\s\S]*?<td[^>]*>circuit<\/td>/);
});

test("a claim: it is judged by its rule, and says what is missing", async () => {
  const { results, findings } = await loadReport();
  const judged = (metrics = results.metrics) =>
    findings({ ...results, metrics }).find(({ claim }) => claim === "The last checkpoint is the best");
  expect(judged()).toMatchObject({ verdict: "shown", missing: [] });
  expect(
    judged(results.metrics.map((row) => ({ ...row, heldOutAccuracy: 1 / (1 + row.step) }))),
  ).toMatchObject({ verdict: "not shown", missing: [] });
  expect(judged(results.metrics.filter(({ seed }) => seed === 1))).toMatchObject({
    verdict: "inconclusive",
    missing: ["at least two training seeds"],
  });
});
