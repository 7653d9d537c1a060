import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "@ft/artifacts";
import { readCircuitJson } from "@ft/graph";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../packages/artifacts/src/testing/temporary-folder.ts";
import { writeCircuits } from "../../../packages/graph/src/testing/write-circuits.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const printed = capturePrinted();
const shape = { layers: 1, heads: 2, parallel: true };

/** A graph file in the paper's form, of edges with their scores. */
function writeGraph(file: string, edges: Record<string, number>, cfg: object = {}) {
  const ends = Object.keys(edges).flatMap((name) => name.replace(/<.>/, "").split("->"));
  const json = {
    cfg: { n_layers: 1, n_heads: 2, parallel_attn_mlp: true, ...cfg },
    nodes: Object.fromEntries(ends.map((name) => [name, true])),
    edges: Object.fromEntries(
      Object.entries(edges).map(([name, score]) => [name, { score, in_graph: true }]),
    ),
  };
  writeFileAtomic(file, JSON.stringify(json));
  return file;
}

test("ft union writes collapsed circuits in the paper's form, and its overlap with the whole's own circuit", async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const a = writeGraph(at("a.json"), { "input->a0.h0": 4, "a0.h0->logits": 1, "input->m0": -1 });
  const b = writeGraph(at("b.json"), { "input->a0.h0": 2, "input->a0.h1": 2, "m0->logits": -5 });
  const own = writeGraph(at("own.json"), { "input->a0.h0": 9, "m0->logits": 9, "a0.h1->logits": 9 });
  await main(["union", a, b, "--whole", own, "--out", at("union.json")]);
  expect(JSON.parse(readFileSync(at("union.json"), "utf8"))).toEqual({
    cfg: { n_layers: 1, n_heads: 2, parallel_attn_mlp: true },
    nodes: { input: true, "a0.h0": true, "a0.h1": true, m0: true, logits: true },
    edges: {
      "m0->logits": { score: -5, in_graph: true },
      "input->a0.h0": { score: 3, in_graph: true },
      "input->a0.h1": { score: 2, in_graph: true },
    },
  });
  expect(printed.out).toMatch(/union.json: 3 edges, 5 nodes\n/);
  expect(printed.out).toMatch(/edges shared with the whole's own circuit: 66.7% of its 3, Jaccard 0.5000\n/);
  expect(printed.out).toMatch(/nodes shared with the whole's own circuit: 100.0% of its 5, Jaccard 1.0000\n/);
  printed.out = "";
  await main(["intersection", a, b, "--out", at("both.json")]);
  expect(Object.keys(JSON.parse(readFileSync(at("both.json"), "utf8")).edges)).toEqual(["input->a0.h0"]);
});

test("ft union of circuits with separate q, k and v is one that can be run, with d_model if a file has it", async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  await writeCircuits(at("circuits"), shape, [
    { step: 0, circuit: { "input->m0": 1 } },
    { step: 5, circuit: { "input->a0.h0<q>": 3, "a0.h0->logits": 1 } },
  ]);
  const file = writeGraph(at("b.json"), { "input->a0.h0<k>": 1 }, { d_model: 16 });
  await main(["union", at("circuits"), file, "--edges", "1", "--out", at("union.json")]);
  const union = readCircuitJson(at("union.json"));
  const scores = union.edges.filter(({ inGraph }) => inGraph).map(({ name, score }) => [name, score]);
  expect(scores).toEqual([
    ["input->a0.h0<q>", 1.5],
    ["input->a0.h0<k>", 0.5],
  ]);
  expect([union.collapsed, union.dModel]).toEqual([false, 16]);
});

test("a union never replaces one of its inputs, and graphs of other models are refused", async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const a = writeGraph(at("a.json"), { "input->m0": 1 });
  const other = writeGraph(at("b.json"), { "input->m0": 1 }, { n_layers: 2 });
  await main(["union", a, other, "--out", a]);
  expect(printed.err).toContain("--out is one of the inputs");
  await main(["union", a, other, "--out", at("c.json")]);
  expect(printed.err).toContain("the circuits are of different graphs");
  await main(["union", a, "--out", at("c.arrow")]);
  expect(printed.err).toContain("--out is neither a .json nor a .pt file");
  expect([existsSync(at("c.json")), process.exitCode]).toEqual([false, 1]);
});
