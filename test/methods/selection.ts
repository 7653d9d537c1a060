/** Circuits selected by every rule, and the circuits they are compared with, from the scores by definition. */
import { type CircuitRow, circuitsSchema, scoresSchema } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { collapsed, edges, nodesOf, prune, ranked, sources } from "./circuit.ts";
import { rules } from "./experiment.ts";
import { parity } from "./fixtures.ts";
import { tableOf } from "./results.ts";

const circuitsOf = (stage: string): CircuitRow[] => tableOf(stage, circuitsSchema);
const mainOf = (stage: string, rule: string) =>
  circuitsOf(stage).filter((row) => row.rule === rule && row.sample === "all");
const scoresAt = (stage: string, { seed, step, sample }: CircuitRow) =>
  tableOf(stage, scoresSchema).find(
    (row) => row.seed === seed && row.step === step && row.sample === sample,
  )!;
const sizes = (scores: readonly number[]) => scores.map(Math.abs);
const firstOf = (values: readonly number[], share: number) =>
  ranked(values).slice(0, Math.floor(share * edges.length));

/** The edges that each rule selects, before pruning. */
const selected: Record<string, (scores: number[], nodeScores: number[], size: number) => number[]> = {
  top: (scores, _, size) => firstOf(sizes(scores), size),
  "top-signed": (scores, _, size) => firstOf(scores, size),
  greedy(scores, _, size) {
    const order = ranked(sizes(scores));
    const reached = new Set(["logits"]);
    const chosen: number[] = [];
    while (chosen.length < Math.floor(size * edges.length)) {
      const next = order.find((edge) => reached.has(edges[edge]!.node) && !chosen.includes(edge))!;
      chosen.push(next);
      reached.add(edges[next]!.source);
    }
    return chosen;
  },
  threshold(scores, _, size) {
    const least = size * Math.max(...sizes(scores));
    return [...scores.keys()].filter((edge) => Math.abs(scores[edge]!) >= least);
  },
  nodes(_, nodeScores, size) {
    const kept = new Set(ranked(sizes(nodeScores)).slice(0, Math.floor(size * sources.length)));
    const chosen = (node: string) => node === "logits" || kept.has(sources.indexOf(node));
    return [...edges.keys()].filter((edge) => chosen(edges[edge]!.source) && chosen(edges[edge]!.node));
  },
};

test("every rule that the experiment runs has its definition here", () => {
  expect(Object.keys(selected).sort()).toEqual(["top", ...Object.keys(rules)].sort());
});

describe.each(Object.keys(selected))("rule %s", (rule) => {
  test("selects and prunes the edges of its definition at every checkpoint and size", () => {
    const stage = rule === "top" ? "paper-circuits" : rule;
    const rows = mainOf(stage, rule);
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      const { scores, nodeScores } = scoresAt("paper-scores", row);
      const before = selected[rule]!(scores, nodeScores!, row.size);
      const kept = prune(before);
      expect(row.selectedEdges).toBe(before.length);
      expect(row.edges).toEqual(kept);
      expect(row.scores).toEqual(kept.map((edge) => scores[edge]));
      expect(row.nodes).toBe(nodesOf(kept).size);
      expect(row.collapsedEdges).toBe(collapsed(row).size);
    }
    // A rule that selected as `top` does would not be tested.
    const asTop = (row: CircuitRow) =>
      prune(ranked(sizes(scoresAt("paper-scores", row).scores)).slice(0, row.selectedEdges));
    if (rule !== "top" && rule !== "threshold")
      for (const row of rows) expect(row.edges).not.toEqual(asTop(row));
  });
});

test("the sizes of MIB are a curve from no edge to all", () => {
  const [{ seed, step }] = mainOf("paper-circuits", "top") as [CircuitRow];
  const own = mainOf("paper-circuits", "top").filter((row) => row.seed === seed && row.step === step);
  const shares = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.5, 1];
  expect(own.map(({ size }) => size)).toEqual(shares);
});

test("PyTorch's circuits of the base model have the same edges", () => {
  for (const [size, { edges: wanted }] of [
    [0.1, parity.circuits.top10pct!],
    [0.4, parity.circuits.top40pct!],
  ] as const) {
    const [row] = mainOf("paper-circuits", "top").filter((one) => one.size === size);
    expect(row!.step).toBe(0);
    expect(row!.edges.map((edge) => edges[edge]!.name).sort()).toEqual([...wanted].sort());
  }
});

describe("circuits to compare with", () => {
  const all = () => circuitsOf("circuits");
  const mainOfRow = (row: CircuitRow) =>
    all().find(
      (one) =>
        one.rule === "top" && one.seed === row.seed && one.step === row.step && one.sample === row.sample,
    )!;
  const ofRule = (rule: string) => all().filter((row) => row.rule === rule);

  test("random ones are as large, connected, and differ by draw and from the found one", () => {
    expect(ofRule("random")).toHaveLength(2 * ofRule("top").length);
    for (const row of ofRule("random")) {
      expect(row.edges).toHaveLength(mainOfRow(row).edges.length);
      expect(prune(row.edges)).toEqual(row.edges);
      expect(row.edges).not.toEqual(mainOfRow(row).edges);
    }
    expect(new Set(ofRule("random").map((row) => String(row.edges))).size).toBe(ofRule("random").length);
  });

  test("random ones among nodes are as large and have no other node", () => {
    for (const row of ofRule("random-nodes")) {
      expect(row.edges).toHaveLength(mainOfRow(row).edges.length);
      expect(prune(row.edges)).toEqual(row.edges);
      const nodes = nodesOf(mainOfRow(row).edges);
      expect([...nodesOf(row.edges)].filter((node) => !nodes.has(node))).toEqual([]);
    }
  });

  test("the next edges are those after the selected ones, pruned", () => {
    for (const row of ofRule("next")) {
      const { scores } = scoresAt("scores", row);
      const { selectedEdges } = mainOfRow(row);
      expect(row.selectedEdges).toBe(selectedEdges);
      expect(row.edges).toEqual(prune(ranked(sizes(scores)).slice(selectedEdges, 2 * selectedEdges)));
    }
  });

  test("common edges are those of the first and the last circuit of a run, pruned, at both", () => {
    expect(ofRule("common")).toHaveLength(
      2 * new Set(ofRule("top").map((row) => `${row.seed} ${row.sample}`)).size,
    );
    for (const row of ofRule("common")) {
      const own = ofRule("top").filter(({ seed, sample }) => seed === row.seed && sample === row.sample);
      const last = new Set(own.at(-1)!.edges);
      expect(row.edges).toEqual(prune(own[0]!.edges.filter((edge) => last.has(edge))));
    }
  });
});
