import { describe, expect, test } from "vitest";
import { createGraph, ports } from "./graph.ts";
import { GraphNames } from "./names.ts";

/** Every edge's name, built as the EAP-IG library does: by walking through the layers with the nodes so far. */
function edgeNames(layers: number, heads: number, parallel: boolean): Set<string> {
  const names = new Set<string>();
  const before = ["input"];
  for (let layer = 0; layer < layers; layer++) {
    const own = Array.from({ length: heads }, (_, head) => `a${layer}.h${head}`);
    for (const source of before) {
      for (const head of own) for (const port of "qkv") names.add(`${source}->${head}<${port}>`);
    }
    if (!parallel) before.push(...own);
    for (const source of before) names.add(`${source}->m${layer}`);
    if (parallel) before.push(...own);
    before.push(`m${layer}`);
  }
  for (const source of before) names.add(`${source}->logits`);
  return names;
}

describe("createGraph", () => {
  test("Pythia-1.4B has 231,493 edges, the neox fixture 250, the same as GPT-2 262", () => {
    expect(createGraph({ layers: 24, heads: 16, parallel: true }).edges).toBe(231_493);
    expect(createGraph({ layers: 3, heads: 4, parallel: true }).edges).toBe(250);
    expect(createGraph({ layers: 3, heads: 4, parallel: false }).edges).toBe(262);
  });

  test("has 1 + L(H + 1) sources and L(3H + 1) + 1 destinations", () => {
    const graph = createGraph({ layers: 24, heads: 16, parallel: true });
    expect(graph.sources).toBe(409);
    expect(graph.destinations).toBe(1177);
    expect(graph.nodes).toBe(410);
  });

  test.each([true, false])("has exactly the edges of the library (parallel: %s)", (parallel) => {
    const graph = createGraph({ layers: 3, heads: 2, parallel });
    const names = new GraphNames(graph);
    const all = Array.from({ length: graph.edges }, (_, edge) => names.edge(edge));
    expect(new Set(all)).toEqual(edgeNames(3, 2, parallel));
  });

  test("orders sources by computation and destinations q, k, v, mlp within a layer", () => {
    const graph = createGraph({ layers: 2, heads: 2, parallel: true });
    const names = new GraphNames(graph);
    expect(names.nodes).toEqual(["input", "a0.h0", "a0.h1", "m0", "a1.h0", "a1.h1", "m1", "logits"]);
    expect(names.destinations.slice(0, 8).join(" ")).toBe(
      "a0.h0<q> a0.h1<q> a0.h0<k> a0.h1<k> a0.h0<v> a0.h1<v> m0 a1.h0<q>",
    );
    expect(names.destinations.at(-1)).toBe("logits");
    expect(names.nodes[graph.headSource(1, 1)]).toBe("a1.h1");
    expect(names.nodes[graph.mlpSource(1)]).toBe("m1");
    const inputs = ports.map((port) => names.destinations[graph.headDestination(1, 0, port)]);
    expect(inputs).toEqual(["a1.h0<q>", "a1.h0<k>", "a1.h0<v>"]);
  });

  test.each([true, false])("numbers edges by source, then by destination (parallel: %s)", (parallel) => {
    const graph = createGraph({ layers: 4, heads: 3, parallel });
    let next = 0;
    for (let source = 0; source < graph.sources; source++)
      for (let destination = 0; destination < graph.destinations; destination++) {
        if (source >= graph.readable[destination]!) continue;
        const edge = graph.edge(source, destination);
        expect([edge, graph.sourceOf[edge], graph.destinationOf[edge]]).toEqual([
          next++,
          source,
          destination,
        ]);
      }
    expect(graph.edges).toBe(next);
  });

  test("numbers pairs of nodes reversibly", () => {
    const graph = createGraph({ layers: 2, heads: 2, parallel: true });
    const pairs = new Set<number>();
    for (let source = 0; source < graph.nodes; source++)
      for (let destination = 0; destination < graph.nodes; destination++) {
        const pair = graph.pair(source, destination);
        expect(graph.nodesOf(pair)).toEqual({ source, destination });
        pairs.add(pair);
      }
    expect(pairs.size).toBe(graph.nodes ** 2);
  });

  test("refuses sizes that cannot be a model's", () => {
    expect(() => createGraph({ layers: 0, heads: 1, parallel: true })).toThrow("at least one layer");
    expect(() => createGraph({ layers: 1.5, heads: 1, parallel: true })).toThrow("at least one layer");
    expect(() => createGraph({ layers: 1e9, heads: 1, parallel: true })).toThrow("larger than any model");
  });
});
