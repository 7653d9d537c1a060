import { UserError } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { createGraph } from "./graph.ts";
import { formatEdge, GraphNames, parseEdge, parseNode } from "./names.ts";

describe("parseNode", () => {
  test("reads every kind of node and nothing else", () => {
    expect(parseNode("input")).toEqual({ kind: "input" });
    expect(parseNode("a12.h7")).toEqual({ kind: "head", layer: 12, head: 7 });
    expect(parseNode("m0")).toEqual({ kind: "mlp", layer: 0 });
    expect(parseNode("logits")).toEqual({ kind: "logits" });
    for (const name of ["", "m", "m01", "a1", "a1.h", "a1.h2<q>", "m-1", "m1.5", "inputs", "m9999999"]) {
      expect(parseNode(name), name).toBeUndefined();
    }
  });
});

describe("parseEdge and formatEdge", () => {
  test("invert each other", () => {
    for (const name of ["input->a0.h0<q>", "a0.h1->m3", "m2->a5.h7<v>", "m11->logits", "m2->a5.h7"]) {
      const ends = parseEdge(name)!;
      expect(formatEdge(ends.source, ends.destination, ends.port)).toBe(name);
    }
  });

  test("no edge is read from anything else", () => {
    for (const name of ["", "m0", "m0->", "->m0", "m0->m1->m2", "m0->a1.h0<o>", "m0->a1.h0<q", "x->m1"]) {
      expect(parseEdge(name), name).toBeUndefined();
    }
  });
});

describe("GraphNames", () => {
  const names = new GraphNames(createGraph({ layers: 3, heads: 4, parallel: true }));

  test("finds every edge by its name, and takes the name apart", () => {
    for (let edge = 0; edge < names.graph.edges; edge++) {
      expect(names.edgeIndex(names.edge(edge))).toBe(edge);
      expect(names.ends(edge)).toEqual(parseEdge(names.edge(edge)));
    }
  });

  test.each([
    ["a0.h9->m2", "a0.h0->m2"],
    ["input->a0.h0", "input->a0.h0<q>"],
    ["m0->m2<q>", "m0->m2"],
    ["m0->logit", "m0->logits"],
    ["a1.h0->m1", "a1.h0->m2"],
    ["m2->m0", "m2->logits"],
    ["nonsense", "m2->logits"],
  ])("says that %s is not an edge and names the nearest, %s", (name, suggestion) => {
    const error = (() => {
      try {
        names.edgeIndex(name, "circuit.json");
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(JSON.stringify(name));
    expect((error as UserError).message).toContain("circuit.json");
    expect((error as UserError).message).toContain(suggestion);
    expect(() => names.edgeIndex(suggestion)).not.toThrow();
  });
});
