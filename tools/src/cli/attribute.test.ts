import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashFile, hashModel, verifyFile } from "@ft/artifacts";
import { ablationNames } from "@ft/circuits";
import { circuitOf, faithfulnessCurve, mibFractions, readGraphFile } from "@ft/graph";
import { initializeModel, type ModelConfig, saveModel } from "@ft/model";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gptNeoxConfig } from "../../../packages/model/src/testing/gpt-neox-config.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const config: ModelConfig = gptNeoxConfig({
  dModel: 8,
  dMlp: 16,
  vocabulary: 12,
  rotaryDims: 2,
  initializerRange: 0.5,
});
const folder = mkdtempSync(join(tmpdir(), "ft-attribute-"));
const at = (name: string) => join(folder, name);
const files = (model = "model", pairs = "pairs.jsonl") => ["--model", at(model), "--pairs", at(pairs)];

const printed = capturePrinted();
beforeAll(async () => {
  const { weights } = initializeModel(config, 1);
  await saveModel(at("model"), { config, weights });
  for (const { data } of weights.values()) data.set(data.map((value) => value * 1e30));
  await saveModel(at("overflowing"), { config, weights });
  const pair = (corrupted: number[]) =>
    `${JSON.stringify({ clean: [1, 2, 3], corrupted, answer: 4, wrong: 5 })}\n`;
  writeFileSync(at("pairs.jsonl"), pair([1, 6, 3]) + pair([1, 7, 3]));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a graph records where its scores came from, in itself and in its manifest", async () => {
  await main(["attribute", ...files(), "--out", at("graph.json"), "--method", "eap", "--fraction", "0.5"]);
  const inputs = { model: hashModel(at("model")), pairs: hashFile(at("pairs.jsonl")) };
  const choices = {
    ...{ method: "eap", metric: "kl", reference: "corrupted", ablation: "patching", normalize: "mean" },
    ...{ join: "space", unusable: "error", examples: 2, edges: 21 },
  };
  const manifest = verifyFile(at("graph.json"));
  expect(manifest).toMatchObject({ inputs, config: choices, backend: { threads: expect.any(Number) } });
  expect(manifest.config).toEqual(choices);
  const { attribution } = JSON.parse(readFileSync(at("graph.json"), "utf8"));
  expect(attribution).toEqual({ ...choices, ...inputs, backend: manifest.backend });
});

test("exact patching announces its cost; methods are compared with it by rank", async () => {
  const score = (method: string) =>
    main([
      "attribute",
      ...files(),
      "--out",
      at(`${method}.json`),
      "--method",
      method,
      "--metric",
      "probability",
    ]);
  await score("exact");
  expect(printed.err).toMatch(
    /exact patches 42 edges and 7 nodes one by one: about \d+ forward passes on 2 examples/,
  );
  await score("eap");
  await main(["correlate", at("exact.json"), at("exact.json"), at("eap.json"), "--json"]);
  const rows = JSON.parse(printed.out.slice(printed.out.indexOf("[\n")));
  expect(rows).toMatchObject([
    { scores: at("exact.json"), score: 1, absolute: 1 },
    { scores: at("eap.json"), score: expect.any(Number), absolute: expect.any(Number) },
  ]);
  await main(["correlate", at("exact.json"), at("eap.json")]);
  expect(printed.out).toContain(`${at("eap.json")}${rows[1].score.toFixed(4).padStart(9)}`);
  await main(["correlate", at("exact.json"), at("nothing")]);
  expect(printed.err).toMatch(/there are no scores of edges[\s\S]*nothing/);
});

test("an unknown method is refused with those there are", async () => {
  await main(["attribute", ...files(), "--out", at("x.json"), "--method", "eap-gi"]);
  expect(printed.err).toMatch(/no method of attribution `eap-gi`[\s\S]*did you mean `eap-ig`/);
  expect(existsSync(at("x.json"))).toBe(false);
});

test("an evaluation names its circuit", async () => {
  await main(["attribute", ...files(), "--out", at("graph.json"), "--edges", "42"]);
  const evaluate = ["evaluate", ...files(), "--circuit", at("graph.json"), "--out", at("result.json")];
  await main(evaluate);
  expect(verifyFile(at("result.json"))).toMatchObject({
    inputs: { circuit: hashFile(at("graph.json")), model: hashModel(at("model")) },
    config: { metric: "kl", ablation: "patching", examples: 2, logits: false },
  });
  expect(printed.out).toMatch(/faithfulness 100\.00%/);
});

/** Evaluates the graph that was attributed last. */
async function evaluate(...options: string[]) {
  const out = at("evaluated.json");
  await main(["evaluate", ...files(), "--circuit", at("graph.json"), "--out", out, ...options]);
  return JSON.parse(readFileSync(out, "utf8"));
}

test("an ablation changes what a circuit computes, and is recorded", async () => {
  await main(["attribute", ...files(), "--out", at("graph.json"), "--edges", "12"]);
  const { circuit } = await evaluate();
  for (const ablation of ablationNames.filter((name) => name !== "patching")) {
    const result = await evaluate("--ablation", ablation);
    expect(result.ablation).toBe(ablation);
    expect(result.circuit.mean).not.toBe(circuit.mean);
    expect(verifyFile(at("evaluated.json")).config).toMatchObject({ ablation });
  }
});

test("a graph written as .pt is the one written as .json, and is evaluated alike", async () => {
  await main(["attribute", ...files(), "--out", at("graph.pt"), "--edges", "12"]);
  await main(["attribute", ...files(), "--out", at("graph.json"), "--edges", "12"]);
  const [torch, json] = ["graph.pt", "graph.json"].map((name) => readGraphFile(at(name)));
  expect(circuitOf(torch!)).toEqual(circuitOf(json!));
  expect(torch!.dModel).toBe(json!.dModel);
  const wanted = await evaluate();
  await main(["evaluate", ...files(), "--circuit", at("graph.pt"), "--out", at("evaluated.json")]);
  expect(JSON.parse(readFileSync(at("evaluated.json"), "utf8"))).toEqual(wanted);
});

test("a curve has a point for each of MIB's fractions, from the empty circuit to the model", async () => {
  await main(["attribute", ...files(), "--out", at("graph.json"), "--metric", "logit-diff"]);
  const { curve, model, corrupted } = await evaluate("--curve", "--metric", "logit-diff");
  expect(curve.points.map(({ fraction }: { fraction: number }) => fraction)).toEqual([...mibFractions]);
  expect(curve.emptyMetric).toBeCloseTo(corrupted.mean, 5);
  expect(curve.points.at(-1)).toMatchObject({ edges: 42, faithfulness: expect.closeTo(1, 3) });
  const points = curve.points.map(({ fraction, metric }: { fraction: number; metric: number }) => ({
    fraction,
    metric,
  }));
  const { cpr, cmd } = faithfulnessCurve(points, model.mean, curve.emptyMetric)!;
  expect([curve.cpr, curve.cmd]).toEqual([cpr, cmd]);
  expect(printed.out).toContain(`CPR ${cpr.toFixed(4)}, CMD ${cmd.toFixed(4)}`);
  const signed = await evaluate("--curve", "top-signed", "--metric", "logit-diff");
  expect(signed.curve.rule).toBe("top-signed");
});

test("the tests of a circuit name its edges and say what was found", async () => {
  await main(["attribute", ...files(), "--out", at("graph.json"), "--edges", "12"]);
  const { tests, edges } = await evaluate("--tests", "5", "--metric", "logit-diff");
  expect(tests).toMatchObject({ draws: 5, equivalence: { p: expect.any(Number) } });
  expect(tests.minimality.edges).toHaveLength(edges);
  expect(tests.minimality.edges[0]).toMatchObject({ edge: expect.stringMatching(/^input->/) });
  expect(printed.out).toMatch(/sufficiency: at least as close to the model as \d of 5 random circuits/);
  expect(printed.out).toContain(`minimality: ${tests.minimality.unnecessary} of ${edges} edges`);
});

test.each([
  [["--ablation", "man"], "there is no ablation `man`; did you mean `mean`"],
  [["--curve", "threshold"], "choose one of top, top-signed, greedy"],
])("ft evaluate %j is refused with the reason", async (options, reason) => {
  await main([
    "evaluate",
    ...files(),
    "--circuit",
    at("graph.json"),
    "--out",
    at("refused.json"),
    ...options,
  ]);
  expect(printed.err).toContain(reason);
  expect(existsSync(at("refused.json"))).toBe(false);
});

test("results that are not finite numbers are refused, and leave no file", async () => {
  await main(["attribute", ...files(), "--out", at("graph.json")]);
  const out = at("overflow.json");
  await main(["evaluate", ...files("overflowing"), "--circuit", at("graph.json"), "--out", out]);
  expect(printed.err).toMatch(/the results of the model run are not finite numbers[\s\S]*value: NaN/);
  expect(printed.err).not.toMatch(/\n {4}at /);
  expect(existsSync(out)).toBe(false);
});

test("fewer edges than were marked are a warning that says why", async () => {
  await main(["attribute", ...files(), "--out", at("graph.json"), "--edges", "1", "--nodes", "paper"]);
  expect(printed.out).toContain("42 edges scored, 0 in the circuit");
  expect(printed.err).toContain("the circuit is empty: none of the 1 edges marked is on a path");
  expect(JSON.parse(readFileSync(at("graph.json"), "utf8")).nodes["a0.h0"]).toBe(false);
});

test.each([
  [["--method", "eap", "--steps", "5"], "--steps has no effect with method eap"],
  [["--method", "eap", "--grid", "paper"], "--grid has no effect with method eap"],
  [["--library-batch", "2"], "--library-batch has no effect with normalize mean"],
  [["--steps", "1"], "--steps makes every score 0"],
  [["--edges", "2", "--fraction", "0.1"], "--edges and --fraction both set"],
  [["--edges", "43"], "the graph has 42 edges"],
  [["--fraction", "0.01"], "--fraction is less than one edge"],
])("%j is refused with the reason, before anything is written", async (options, reason) => {
  await main(["attribute", ...files(), "--out", at("refused.json"), ...options]);
  expect(printed.err).toContain(reason);
  expect(printed.err).not.toMatch(/\n {4}at /);
  expect(process.exitCode).toBe(1);
  expect(existsSync(at("refused.json"))).toBe(false);
});

test("an --out that is a folder is refused before any edge is scored", async () => {
  const error = vi.spyOn(console, "error");
  await main(["attribute", ...files(), "--out", at("")]);
  expect(printed.err).toContain("this is a folder, not a file to write");
  expect(printed.err).not.toMatch(/\n {4}at /);
  expect(error.mock.calls.flat().join("")).not.toContain("attributing");
});

test("an --out that is one of the inputs is refused, and the input left as it was", async () => {
  const pairs = readFileSync(at("pairs.jsonl"), "utf8");
  await main(["attribute", ...files(), "--out", at("pairs.jsonl")]);
  expect(printed.err).toContain("--out is one of the inputs");
  expect(readFileSync(at("pairs.jsonl"), "utf8")).toBe(pairs);
});

test.each([
  ["--plan", "x"],
  ["--draw", "1"],
  ["--seed", "1"],
  ["--size", "0.1"],
  ["--before-step", "1"],
  ["--after-step", "first"],
])("ft compare refuses %s for graph files, on which it has no effect", async (option, value) => {
  await main(["compare", "before.json", "after.json", option, value]);
  expect(printed.err).toContain(`${option} has no effect on a graph file`);
});

test("a memory budget that is no amount, or too small for the model, is refused", async () => {
  const attribute = (memory: string) =>
    main(["attribute", ...files(), "--out", at("never.json"), "--memory", memory]);
  vi.stubEnv("FT_MEMORY", undefined);
  await attribute("lots");
  expect(printed.err).toMatch(/--memory must be an amount of memory\n.*lots[\s\S]*8GiB/);
  expect(process.env.FT_MEMORY).toBeUndefined();
  await attribute("1MiB");
  expect(printed.err).toMatch(/attribution needs 0\.4 GiB of memory, and may take 1 MiB/);
  expect(existsSync(at("never.json"))).toBe(false);
  vi.unstubAllEnvs();
});
