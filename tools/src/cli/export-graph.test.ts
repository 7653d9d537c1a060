import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProvenance, scoresSchema, verifyFile, writeTable } from "@ft/artifacts";
import { circuitOf, createGraph, readGraphFile, sizeOf } from "@ft/graph";
import { initializeModel, saveModel } from "@ft/model";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../../../packages/artifacts/src/testing/temporary-folder.ts";
import { tinyConfig } from "../fuzz/targets/models.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const printed = capturePrinted();
const { layers, heads, parallel } = tinyConfig;
const graph = createGraph({ layers, heads, parallel });
const scores = [0, 10].map((step) => Float64Array.from(graph.emptySet(), (_, edge) => Math.sin(edge + step)));
const fixture = join(import.meta.dirname, "../../../test/fixtures/eap-ig/parallel.pt");

let folder: string;
const at = (name: string) => join(folder, name);
/** Scores of two checkpoints as an attribute stage writes them, and the model. */
beforeEach(async () => {
  folder = temporaryFolder();
  process.exitCode = 0;
  printed.err = "";
  const row = { plan: "lora-2", draw: 0, seed: 1, sample: "all", layers, heads, parallel, nodeScores: null };
  const rows = scores.map((values, i) => ({ ...row, step: 10 * i, scores: [...values] }));
  await writeTable(at("scores"), scoresSchema, rows, createProvenance({ config: { method: "eap" } }));
  saveModel(at("model"), initializeModel(tinyConfig, 1));
});

test("a stage's scores are exported in either format, with the model's width and the scores' origin", async () => {
  for (const name of ["graph.json", "graph.pt"]) {
    await main([
      "export",
      "graph",
      at("scores"),
      "--step",
      "first",
      "--size",
      "0.3",
      "--model",
      at("model"),
      "--out",
      at(name),
    ]);
    const read = readGraphFile(at(name));
    expect(circuitOf(read).scores).toEqual(scores[0]);
    expect(sizeOf(circuitOf(read).edges)).toBeGreaterThan(0);
    expect(read.dModel).toBe(8);
    expect(verifyFile(at(name))).toMatchObject({ config: { step: 0, size: 0.3 } });
  }
  expect(JSON.parse(readFileSync(at("graph.json"), "utf8")).attribution).toMatchObject({
    method: "eap",
    step: 0,
  });
  expect(printed.out).toMatch(new RegExp(`graph.pt: ${graph.edges} edges scored, \\d+ in the circuit`));
});

test("a graph file is exported in another format, edge by edge the same, to the paper's code too", async () => {
  await main(["export", "graph", fixture, "--out", at("new.json")]);
  await main(["export", "graph", at("new.json"), "--out", at("again.pt")]);
  const wanted = circuitOf(readGraphFile(fixture));
  expect(circuitOf(readGraphFile(at("again.pt")))).toEqual(wanted);
  await main(["export", "graph", fixture, "--nodes", "paper", "--out", at("paper.json")]);
  expect(JSON.parse(readFileSync(at("paper.json"), "utf8")).nodes.logits).toBe(true);
  expect(circuitOf(readGraphFile(at("paper.json")))).toEqual(wanted);
});

test("commands on graph files take either format", async () => {
  await main(["export", "graph", fixture, "--out", at("a.json")]);
  printed.out = "";
  await main(["compare", at("a.json"), fixture, "--json"]);
  expect(JSON.parse(printed.out).edges).toMatchObject({ jaccard: 1, changed: 0 });
  printed.out = "";
  await main(["correlate", fixture, at("a.json"), "--json"]);
  expect(JSON.parse(printed.out)[0].score).toBeCloseTo(1, 12);
  await main(["union", fixture, at("a.json"), "--out", at("union.pt")]);
  expect(circuitOf(readGraphFile(at("union.pt"))).edges).toEqual(circuitOf(readGraphFile(fixture)).edges);
  await main(["draw", fixture, "--out", at("page.html")]);
  expect(readFileSync(at("page.html"), "utf8")).toContain("parallel");
});

test("MIB's layout is a folder of task and model with its scores or nine circuits, and nothing else", async () => {
  await main(["export", "mib", fixture, "--name", "ioi_gpt2", "--out", at("EAP_patching_edge")]);
  expect(readdirSync(at("EAP_patching_edge/ioi_gpt2"))).toEqual(["importances.json"]);
  const submitted = circuitOf(readGraphFile(at("EAP_patching_edge/ioi_gpt2/importances.json")));
  expect(submitted).toEqual(circuitOf(readGraphFile(fixture)));
  expect(printed.err).toBe("");
  const nine = [
    "--name",
    "add-sub_pythia",
    "--format",
    "pt",
    "--circuits",
    "top-signed",
    "--out",
    at("nine"),
  ];
  await main(["export", "mib", fixture, ...nine]);
  expect(readdirSync(at("nine/add-sub_pythia"))).toHaveLength(9);
  expect(printed.err).toMatch(/MIB evaluates no add-sub_pythia/);
  const half = circuitOf(readGraphFile(at("nine/add-sub_pythia/top-50-percent.pt")));
  expect(sizeOf(half.edges)).toBeGreaterThan(0);
});

test("what cannot be exported is refused, and leaves no file", async () => {
  const refused = async (message: RegExp, out: string, ...args: string[]) => {
    printed.err = "";
    await main(["export", ...args, "--out", at(out)]);
    expect(printed.err).toMatch(message);
    expect(existsSync(at(out))).toBe(false);
  };
  await refused(/neither a .json nor a .pt/, "x.csv", "graph", fixture);
  await refused(/paper's code reads no .pt/, "x.pt", "graph", fixture, "--nodes", "paper");
  await refused(/--size has no effect on a graph file/, "x.json", "graph", fixture, "--size", "0.1");
  await refused(/base model is not known[\s\S]*--model/, "x.json", "graph", at("scores"));
  writeFileSync(at("narrow.json"), readFileSync(join(fixture, "../parallel.v1.json")));
  await refused(
    /width of the residual stream is not known[\s\S]*--model/,
    "x.pt",
    "graph",
    at("narrow.json"),
  );
  await refused(
    /not the one whose edges were scored/,
    "x.pt",
    "graph",
    at("narrow.json"),
    "--model",
    at("model"),
  );
  await refused(/task and a model joined/, "mib", "mib", fixture, "--name", "ioi_gpt2_small");
  await refused(
    /--circuits names no rule/,
    "mib",
    "mib",
    fixture,
    "--name",
    "ioi_gpt2",
    "--circuits",
    "best",
  );
  writeFileSync(at("renamed.json"), readFileSync(fixture));
  await refused(/a PyTorch file[\s\S]*ends in \.pt/, "x.json", "graph", at("renamed.json"));
  mkdirSync(at("taken/ioi_gpt2"), { recursive: true });
  writeFileSync(at("taken/ioi_gpt2/notes.txt"), "mine");
  await main(["export", "mib", fixture, "--name", "ioi_gpt2", "--out", at("taken")]);
  expect(printed.err).toMatch(/the folder to write is not empty/);
  const collapsed = {
    "input->a0.h0": { score: 1, in_graph: true },
    "a0.h0->logits": { score: 1, in_graph: true },
  };
  const cfg = { n_layers: 1, n_heads: 1, parallel_attn_mlp: true, d_model: 2 };
  writeFileSync(at("collapsed.json"), JSON.stringify({ cfg, nodes: {}, edges: collapsed }));
  await refused(/q, k and v collapsed/, "x.pt", "graph", at("collapsed.json"));
  await main(["union", at("collapsed.json"), "--out", at("y.pt")]);
  expect(printed.err).toMatch(/a .pt file cannot hold[\s\S]*collapsed.json/);
  expect(existsSync(at("y.pt"))).toBe(false);
});
