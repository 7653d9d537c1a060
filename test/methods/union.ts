/** Unions and intersections of circuits by set operations on their tables. */
import { type CircuitRow, circuitsSchema } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { collapsed, edges, prune, ranked } from "./circuit.ts";
import { tableOf } from "./results.ts";

const rowsOf = (stage: string) => tableOf(stage, circuitsSchema) as CircuitRow[];
/** The circuits of a run's first and last checkpoint. */
const endsOf = (stage: string, size: number, seed: number): CircuitRow[] => {
  const own = rowsOf(stage).filter(
    (row) => row.rule === "top" && row.size === size && row.seed === seed && row.sample === "all",
  );
  return [own[0]!, own.at(-1)!];
};

describe.each([
  { stage: "union", most: 45, least: 1 },
  { stage: "intersection", most: undefined, least: 2 },
])("$stage", ({ stage, most, least }) => {
  test("has the edges with the largest mean scores, over the circuits that have them", () => {
    for (const seed of [1, 2]) {
      const parts = [endsOf("paper-circuits", 0.4, seed), endsOf("library-circuits", 0.2, seed)];
      const combined = rowsOf(stage).filter((row) => row.rule === stage && row.seed === seed);
      expect(combined.map(({ step }) => step)).toEqual(parts[0]!.map(({ step }) => step));
      combined.forEach((row, end) => {
        const own = parts.map((part) => collapsed(part[end]!));
        const pairs = [...new Set(own.flatMap((part) => [...part.keys()]))].filter(
          (pair) => own.filter((part) => part.has(pair)).length >= least,
        );
        const mean = (pair: string) => {
          const scores = own.flatMap((part) => part.get(pair) ?? []);
          return scores.reduce((sum, score) => sum + score, 0) / scores.length;
        };
        const largest = ranked(pairs.map((pair) => Math.abs(mean(pair))))
          .slice(0, most ?? Math.max(...own.map(({ size }) => size)))
          .map((place) => pairs[place]!);
        const found = collapsed(row);
        expect([...found.keys()].sort()).toEqual([...largest].sort());
        for (const [pair, score] of found) expect(score).toBeCloseTo(mean(pair), 12);
        const owned = new Set(parts.flatMap((part) => part[end]!.edges));
        expect(row.edges).toEqual(
          [...edges.keys()].filter(
            (edge) => owned.has(edge) && found.has(`${edges[edge]!.source}->${edges[edge]!.node}`),
          ),
        );
      });
    }
  });

  test("has a random circuit as large next to each", () => {
    const all = rowsOf(stage);
    const random = all.filter(({ rule }) => rule === "random");
    expect(random).toHaveLength(4);
    for (const row of random) {
      const own = all.find(
        ({ rule, seed, step }) => rule === stage && seed === row.seed && step === row.step,
      )!;
      expect(row.edges).toHaveLength(own.edges.length);
      expect(prune(row.edges)).toEqual(row.edges);
    }
  });
});
