import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, UserError, verifyFile } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { GraphNames } from "../names.ts";
import { edgeSet, named } from "../testing/edges.ts";
import { circuitOf, collapsedCircuitOf } from "./circuit-file.ts";
import { writeGraphFile } from "./graph-file.ts";
import { parseCircuitJson, readCircuitJson } from "./read-circuit-json.ts";
import { formatCircuitJson } from "./write-circuit-json.ts";

const graph = createGraph({ layers: 2, heads: 2, parallel: false });
const names = new GraphNames(graph);
const scores = Float64Array.from(graph.emptySet(), (_, edge) => (edge % 7) / 3 - 1);
const edges = edgeSet(graph, "input->a0.h1<v>", "a0.h1->m0", "m0->logits");
const circuit = { graph, edges, scores, dModel: 8 };

/** A small file in today's form, with parts replaced. */
function file(parts: { cfg?: unknown; nodes?: unknown; edges?: unknown }): string {
  return JSON.stringify({
    cfg: { n_layers: 2, n_heads: 2, parallel_attn_mlp: false },
    nodes: {
      input: { in_graph: true },
      m0: { in_graph: true },
      "a1.h0": { in_graph: false },
      logits: { in_graph: true },
    },
    edges: { "input->m0": { score: 0.5, in_graph: true }, "m0->logits": { score: -2, in_graph: true } },
    ...parts,
  });
}

describe("formatCircuitJson", () => {
  test("what it writes is read back exactly, to the last bit of every score", () => {
    const folder = mkdtempSync(join(tmpdir(), "circuit-json-"));
    try {
      const path = join(folder, "circuit.json");
      const provenance = createProvenance({ config: { metric: "kl" } });
      writeGraphFile(path, { ...circuit, attribution: { metric: "kl" } }, provenance);
      expect(verifyFile(path)).toMatchObject({
        what: "graph of the EAP-IG library",
        config: { metric: "kl" },
      });
      const read = readCircuitJson(path);
      expect(read.names.graph.equals(names.graph)).toBe(true);
      expect(read.collapsed).toBe(false);
      expect(circuitOf(read).edges).toEqual(edges);
      expect(circuitOf(read).scores).toEqual(scores);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("has what the library's Graph.from_json requires: the config's four keys, and every node and edge", () => {
    const written = JSON.parse(formatCircuitJson(circuit));
    expect(written.cfg).toEqual({ n_layers: 2, n_heads: 2, parallel_attn_mlp: false, d_model: 8 });
    const inGraph = Object.entries<{ in_graph: boolean }>(written.nodes).filter(([, node]) => node.in_graph);
    expect(Object.keys(written.nodes)).toEqual(names.nodes);
    expect(inGraph.map(([name]) => name)).toEqual(["input", "a0.h1", "m0", "logits"]);
    expect(Object.keys(written.edges)).toHaveLength(names.graph.edges);
    expect(written.edges["a0.h1->m0"]).toEqual({
      score: scores[names.edgeIndex("a0.h1->m0")],
      in_graph: true,
    });
  });

  test("on request writes nodes for the paper's copy of the library, which takes any object for true", () => {
    const text = formatCircuitJson({ ...circuit, nodeForm: "paper" });
    const { nodes } = JSON.parse(text);
    expect(Object.keys(nodes).filter((name) => nodes[name])).toEqual(["input", "a0.h1", "m0", "logits"]);
    expect(nodes.m1).toBe(false);
    expect(named(collapsedCircuitOf(parseCircuitJson(text, "paper.json"))).nodes).toEqual([
      "input",
      "a0.h1",
      "m0",
      "logits",
    ]);
  });

  test("writes the scores of nodes that have one, which are read back exactly", () => {
    const nodeScores = new Float64Array(graph.sources).fill(Number.NaN).fill(1 / 3, 2, 4);
    const text = formatCircuitJson({ ...circuit, nodeScores });
    expect(JSON.parse(text).nodes["a0.h1"]).toEqual({ in_graph: true, score: 1 / 3 });
    expect(JSON.parse(text).nodes.input).toEqual({ in_graph: true });
    expect(parseCircuitJson(text, "x.json").nodeScores).toEqual(nodeScores);
    expect(parseCircuitJson(formatCircuitJson(circuit), "x.json").nodeScores).toBeUndefined();
  });

  test("says where the scores came from, in a key that the library skips", () => {
    const attribution = { method: "eap", model: "0".repeat(64) };
    const { attribution: written, ...rest } = JSON.parse(formatCircuitJson({ ...circuit, attribution }));
    expect(written).toEqual(attribution);
    expect(rest).toEqual(JSON.parse(formatCircuitJson(circuit)));
  });

  test("refuses to write a score that JSON cannot hold", () => {
    const broken = scores.slice();
    broken[names.edgeIndex("m0->logits")] = Number.NaN;
    expect(() => formatCircuitJson({ ...circuit, scores: broken })).toThrow("m0->logits is NaN");
  });
});

describe("readCircuitJson", () => {
  test("reads today's node format and the older one alike", () => {
    const nodes = { input: true, m0: true, "a1.h0": false, logits: true };
    const today = parseCircuitJson(file({}), "today.json");
    const older = parseCircuitJson(file({ nodes }), "older.json");
    expect(collapsedCircuitOf(older)).toEqual(collapsedCircuitOf(today));
    expect(named(collapsedCircuitOf(today)).nodes).toEqual(["input", "m0", "logits"]);
  });

  test("leaves out edges marked as outside the graph", () => {
    const edges = { "input->m0": { score: 1, in_graph: false }, "m0->logits": { score: 2, in_graph: true } };
    const read = collapsedCircuitOf(parseCircuitJson(file({ edges }), "x.json"));
    expect(named(read).edges).toEqual({ "m0->logits": 2 });
  });

  test("collapsed edges can be compared, but not run", () => {
    const edges = {
      "input->a0.h1": { score: 1, in_graph: true },
      "a0.h1->logits": { score: 2, in_graph: true },
    };
    const read = parseCircuitJson(file({ edges }), "collapsed.json");
    expect(named(collapsedCircuitOf(read)).edges).toEqual({ "input->a0.h1": 1, "a0.h1->logits": 2 });
    expect(() => circuitOf(read)).toThrow(/collapsed.*\n.*collapsed\.json/);
  });

  test("edges with and without ports collapse to the same circuit", () => {
    const apart = {
      "input->a0.h1<q>": { score: 1, in_graph: true },
      "input->a0.h1<k>": { score: 2, in_graph: true },
      "input->a0.h1<v>": { score: 4, in_graph: false },
    };
    const together = { "input->a0.h1": { score: 3, in_graph: true } };
    expect(collapsedCircuitOf(parseCircuitJson(file({ edges: apart }), "a.json")).edges).toEqual(
      collapsedCircuitOf(parseCircuitJson(file({ edges: together }), "b.json")).edges,
    );
  });

  const cfg = { n_layers: 2, n_heads: 2, parallel_attn_mlp: false };
  const edge = { score: 1, in_graph: true };
  test.each<[string, string, string[]]>([
    ["an empty file", "", ["not JSON"]],
    ["a truncated file", file({}).slice(0, -20), ["not JSON"]],
    ["Python's NaN", file({}).replace("0.5", "NaN"), ["not JSON", "without NaN"]],
    ["a list", "[]", ["an object with cfg, nodes and edges"]],
    ["no edges", file({ edges: undefined }), ["is missing", "edges"]],
    [
      "no layer count",
      file({ cfg: { n_heads: 2, parallel_attn_mlp: true } }),
      ["cfg.n_layers", "positive integer"],
    ],
    ["half a layer", file({ cfg: { ...cfg, n_layers: 1.5 } }), ["cfg.n_layers", "1.5"]],
    [
      "a graph that would fill the memory",
      file({ cfg: { ...cfg, n_layers: 1e12 } }),
      ["larger than any model"],
    ],
    ["an unknown block order", file({ cfg: { n_layers: 2, n_heads: 2 } }), ["cfg.parallel_attn_mlp"]],
    ["an unknown node", file({ nodes: { m7: true } }), ['"m7"', "nearest"]],
    ["a node that is a number", file({ nodes: { m0: 1 } }), ['nodes["m0"]', "value: 1"]],
    ["a node without in_graph", file({ nodes: { m0: {} } }), ['nodes["m0"].in_graph']],
    [
      "a node's score that is a text",
      file({ nodes: { m0: { in_graph: true, score: "high" } } }),
      ['nodes["m0"].score', '"high"'],
    ],
    ["a node of some neurons", file({ nodes: { m0: { in_graph: true, neurons: [1, 0] } } }), ["neurons"]],
    ["an unknown edge", file({ edges: { "m0->m9": edge } }), ['"m0->m9"', 'nearest is "m0->m1"']],
    ["an edge that runs backwards", file({ edges: { "m1->m0": edge } }), ['"m1->m0"']],
    [
      "an edge into an unknown head",
      file({ edges: { "m0->a1.h5<q>": edge } }),
      ['"m0->a1.h5<q>"', "a1.h0<q>"],
    ],
    [
      "edges with and without ports",
      file({ edges: { "m0->a1.h0": edge, "m0->a1.h1<q>": edge } }),
      ["some do not"],
    ],
    [
      "a score of null",
      file({ edges: { "m0->m1": { score: null, in_graph: true } } }),
      ['edges["m0->m1"].score'],
    ],
    [
      "an infinite score",
      file({}).replace("0.5", "1e999"),
      ["a number that is too large", "without NaN or Infinity"],
    ],
    ["a missing mark", file({ edges: { "m0->m1": { score: 1 } } }), ['edges["m0->m1"].in_graph']],
  ])("rejects %s, naming file, place and remedy", (_, text, parts) => {
    const error = (() => {
      try {
        parseCircuitJson(text, "broken.json");
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(UserError);
    const { message } = error as UserError;
    for (const part of [...parts, "broken.json"]) expect(message).toContain(part);
  });

  test("names a file that does not exist", () => {
    expect(() => readCircuitJson("/nowhere/circuit.json")).toThrow(UserError);
  });
});
