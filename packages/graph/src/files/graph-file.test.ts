/** Graph files that the EAP-IG library wrote (test/fixtures/eap-ig), and ours in the same formats. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createProvenance,
  parseTorch,
  type TorchTensor,
  type TorchWritable,
  torchBytes,
  verifyFile,
} from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { problemOf } from "../../../bytes/src/testing/problem-of.ts";
import { createGraph } from "../graph.ts";
import { GraphNames } from "../names.ts";
import { sizeOf } from "../select/prune.ts";
import { rankEdges } from "../select/rank.ts";
import { edgeNames } from "../testing/edges.ts";
import { type CircuitFile, circuitOf, collapsedCircuitOf } from "./circuit-file.ts";
import { checkGraphName, graphFileBytes, isGraphFile, readGraphFile, writeGraphFile } from "./graph-file.ts";
import { mibCircuits, mibImportances } from "./mib-submission.ts";
import { parseCircuitTorch } from "./read-circuit-torch.ts";

const fixtures = join(import.meta.dirname, "../../../../test/fixtures/eap-ig");
const fixture = (name: string) => readGraphFile(join(fixtures, name));

/** What a file says, by name, whatever order it lists it in. */
function contents({ names, nodes, nodeScores, edges }: CircuitFile) {
  const { layers, heads, parallel } = names.graph;
  const byName = edges.map(({ name, score, inGraph }) => [name, { score: Math.fround(score), inGraph }]);
  return {
    ...{ layers, heads, parallel, nodeScores },
    nodes: [...nodes].map((node) => names.nodes[node]).sort(),
    edges: Object.fromEntries(byName),
  };
}

describe("the library's files", () => {
  test.each(["parallel", "sequential"])("%s: its .pt is its JSON, edge by edge", (name) => {
    const [json, torch] = [fixture(`${name}.v2.json`), fixture(`${name}.pt`)];
    expect(contents(torch)).toEqual(contents(json));
    expect([torch.dModel, torch.collapsed, json.dModel]).toEqual([8, false, 8]);
    expect(torch.edges).toHaveLength(torch.names.graph.edges);
    // Python writes a float32 as the shortest decimal of the double, so they are equal, not just close.
    expect(circuitOf(torch)).toEqual(circuitOf(json));
    expect(collapsedCircuitOf(torch)).toEqual(collapsedCircuitOf(json));
  });

  test("version 1 of the JSON is version 2 without the width", () => {
    const [first, second] = [fixture("parallel.v1.json"), fixture("parallel.v2.json")];
    expect(contents(first)).toEqual(contents(second));
    expect(first.dModel).toBeUndefined();
  });

  test("scores of nodes are read with NaN for those without, and whole neurons pass", () => {
    const { nodeScores, nodes, names } = fixture("all-keys.pt");
    expect([...nodeScores!.slice(0, 4)]).toEqual([0.5, -1.25, 3, 0.1].map(Math.fround));
    expect(nodeScores!.slice(4).every(Number.isNaN)).toBe(true);
    expect(nodes.has(names.graph.logits)).toBe(true);
  });

  test("are known by their names", () => {
    expect(["a.pt", "b.json", "runs/x/circuits", "c.arrow", "d.pt.txt"].map(isGraphFile)).toEqual([
      ...[true, true, false, false, false],
    ]);
  });
});

const graph = createGraph({ layers: 2, heads: 2, parallel: false });
const names = new GraphNames(graph);
const scores = Float64Array.from(graph.emptySet(), (_, edge) => Math.sin(edge + 1) / 3);
const edges = graph.emptySet().map((_, edge) => (edge % 3 === 0 ? 1 : 0));
const nodeScores = Float64Array.from({ length: graph.sources }, (_, n) => (n < 2 ? Number.NaN : n / 7));
const circuit = { graph, edges, scores, nodeScores, dModel: 8 };

describe("ours", () => {
  test.each(["graph.json", "graph.pt"])("%s is read back exactly, and its manifest is its own", (name) => {
    const file = join(temporaryFolder(), name);
    writeGraphFile(file, circuit, createProvenance({ config: { metric: "kl" } }));
    const read = readGraphFile(file);
    expect(circuitOf(read)).toEqual({ graph, edges, scores });
    expect(read.nodeScores).toEqual(nodeScores);
    expect(read.dModel).toBe(8);
    expect(verifyFile(file)).toMatchObject({ what: "graph of the EAP-IG library", config: { metric: "kl" } });
  });

  test("the same circuit gives the same bytes; scores that float32 holds are float32, others float64", () => {
    const type = (of: Float64Array) => {
      const bytes = graphFileBytes("x.pt", { ...circuit, scores: of }) as Uint8Array;
      expect(graphFileBytes("x.pt", { ...circuit, scores: of.slice() })).toEqual(bytes);
      return ((parseTorch(bytes, "x.pt") as Map<string, unknown>).get("edges_scores") as TorchTensor).type;
    };
    expect(type(scores)).toBe("float64");
    expect(type(scores.map(Math.fround))).toBe("float32");
  });

  test("a .pt has the keys, types and names of the library's own", () => {
    const shape = (bytes: Uint8Array) =>
      [...(parseTorch(bytes, "x.pt") as Map<string, unknown>)].map(([key, value]) => {
        if (key === "cfg") return [key, [...(value as Map<string, unknown>)].sort()];
        return [key, value];
      });
    const own = fixture("parallel.pt");
    const written = graphFileBytes("x.pt", { ...circuitOf(own), dModel: own.dModel }) as Uint8Array;
    const json = (value: unknown) => JSON.parse(JSON.stringify(value));
    expect(json(shape(written))).toEqual(json(shape(readFileSync(join(fixtures, "parallel.pt")))));
  });

  test("a name without a format, and a .pt for the paper's code, are refused", () => {
    expect(problemOf(() => checkGraphName("graph.arrow"))).toContain("neither a .json nor a .pt");
    expect(problemOf(() => checkGraphName("graph.pt", { nodeForm: "paper" }))).toContain("name a .json");
  });

  test("a score that is not finite is not written", () => {
    const broken = scores.slice();
    broken[names.edgeIndex("m0->logits")] = Number.NaN;
    expect(() => graphFileBytes("x.pt", { ...circuit, scores: broken })).toThrow("m0->logits is NaN");
  });
});

describe("a .pt", () => {
  const whole = () => {
    const { sources, destinations } = graph;
    const matrix = { shape: [sources, destinations], data: new Float32Array(sources * destinations) };
    return new Map<string, TorchWritable>([
      [
        "cfg",
        new Map<string, TorchWritable>(
          Object.entries({ n_layers: 2, n_heads: 2, parallel_attn_mlp: false, d_model: 2 }),
        ),
      ],
      ["src_nodes", names.nodes.slice(0, sources)],
      ["dst_nodes", [...names.destinations]],
      ["edges_scores", matrix],
      ["edges_in_graph", { ...matrix, data: new Uint8Array(matrix.data.length) }],
      ["nodes_in_graph", { shape: [sources], data: new Uint8Array(sources).fill(1) }],
    ]);
  };
  const at = (source: number, destination: number) => source * graph.destinations + destination;
  const filled = (length: number, index: number, value: number) => {
    const data = new Float32Array(length);
    data[index] = value;
    return data;
  };
  const size = graph.sources * graph.destinations;
  const matrix = (index: number, value: number) => ({
    shape: [graph.sources, graph.destinations],
    data: filled(size, index, value),
  });

  test("entries of pairs without an edge are ignored, whatever they are", () => {
    // The last MLP feeds no head of the first layer.
    const nowhere = at(graph.sources - 1, 0);
    const scores = matrix(nowhere, Number.NaN);
    const inGraph = { shape: scores.shape, data: new Uint8Array(size) };
    inGraph.data[nowhere] = 1;
    const file = whole().set("edges_scores", scores).set("edges_in_graph", inGraph);
    expect(sizeOf(circuitOf(parseCircuitTorch(torchBytes(file), "x.pt")).edges)).toBe(0);
  });

  test("flags of 1 and 0 are read as those of true and false", () => {
    const edge = names.edgeIndex("m0->logits");
    const flags = matrix(at(graph.sourceOf[edge]!, graph.destinationOf[edge]!), 1);
    const read = parseCircuitTorch(torchBytes(whole().set("edges_in_graph", flags)), "x.pt");
    expect(edgeNames(graph, circuitOf(read).edges)).toEqual(["m0->logits"]);
  });

  const neurons = (data: Uint8Array) => ({ shape: [graph.sources, 2], data });
  test.each<[string, (file: Map<string, TorchWritable>) => unknown, string[]]>([
    ...["cfg", "src_nodes", "dst_nodes", "edges_scores", "edges_in_graph", "nodes_in_graph"].map(
      (key): [string, (file: Map<string, TorchWritable>) => unknown, string[]] => [
        `without ${key}`,
        (file) => file.delete(key),
        ["is missing", `place: ${key}`],
      ],
    ),
    [
      "of no layers",
      (file) => (file.get("cfg") as Map<string, TorchWritable>).set("n_layers", 0),
      ["cfg.n_layers"],
    ],
    [
      "of a graph that would fill the memory",
      (file) => (file.get("cfg") as Map<string, TorchWritable>).set("n_layers", 1e12),
      ["larger than any model"],
    ],
    [
      "of another wiring than its tensors",
      (file) => (file.get("cfg") as Map<string, TorchWritable>).set("n_heads", 3),
      ["src_nodes[3]", 'it must be "a0.h2"'],
    ],
    [
      "in another order of nodes",
      (file) => file.set("src_nodes", ["m0", ...names.nodes.slice(1, graph.sources)]),
      ["src_nodes[0]", '"m0"', 'it must be "input"'],
    ],
    [
      "with a node too many",
      (file) => file.set("dst_nodes", [...names.destinations, "m9"]),
      ["dst_nodes[15]", '"m9"', "there must be 15"],
    ],
    ["of a list for a tensor", (file) => file.set("edges_scores", [1]), ["edges_scores", "[7, 15]"]],
    [
      "of a transposed matrix",
      (file) => file.set("edges_scores", { shape: [15, 7], data: new Float32Array(size) }),
      ["float32 tensor of shape [15, 7]", "[7, 15]"],
    ],
    [
      "with a score that is not finite",
      (file) => file.set("edges_scores", matrix(0, Number.NaN)),
      ["input->a0.h0<q>", "NaN"],
    ],
    ["with half an edge", (file) => file.set("edges_in_graph", matrix(0, 0.5)), ["edges_in_graph", "0.5"]],
    [
      "with an infinite score of a node",
      (file) =>
        file.set("nodes_scores", { shape: [7], data: new Float32Array(7).fill(Number.POSITIVE_INFINITY) }),
      ["nodes_scores"],
    ],
    [
      "with some of a node's neurons",
      (file) => file.set("neurons_in_graph", neurons(new Uint8Array(14).fill(1, 0, 5))),
      ["only some of their neurons", "neurons_in_graph of a0.h1"],
    ],
  ])("%s is refused with its place", (_, change, parts) => {
    const file = whole();
    change(file);
    const message = problemOf(() => parseCircuitTorch(torchBytes(file), "broken.pt"));
    for (const part of [...parts, "file: broken.pt"]) expect(message).toContain(part);
  });
});

describe("a submission to MIB", () => {
  test.each(["json", "pt"] as const)("has one file of every edge's score as .%s", (format) => {
    const files = mibImportances(circuit, format);
    expect([...files.keys()]).toEqual([`importances.${format}`]);
    expect(files.get(`importances.${format}`)).toEqual(graphFileBytes(`x.${format}`, circuit));
  });

  test("or nine circuits that have no more edges than their shares, each within the next, marked 1 and 0", () => {
    const large = createGraph({ layers: 8, heads: 8, parallel: true });
    const scores = Float64Array.from(large.emptySet(), (_, edge) => Math.sin(edge));
    const whole = { graph: large, edges: large.emptySet(), scores, dModel: 8 };
    const files = [...mibCircuits(whole, rankEdges(large, scores), "pt")];
    const shares = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];
    expect(files.map(([name]) => name)).toEqual(shares.map((share) => `top-${share}-percent.pt`));
    const circuits = files.map(([name, bytes]) => circuitOf(parseCircuitTorch(bytes as Uint8Array, name)));
    circuits.forEach(({ edges, scores }, i) => {
      expect(sizeOf(edges)).toBeLessThanOrEqual((shares[i]! / 100) * large.edges);
      expect([...scores]).toEqual([...edges]);
      expect(edges.every((member, edge) => member <= (circuits[i + 1]?.edges[edge] ?? 1))).toBe(true);
    });
    expect(sizeOf(circuits.at(-1)!.edges)).toBeGreaterThan(0.4 * large.edges);
  });
});
