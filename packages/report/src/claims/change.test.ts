import type { ChangeRow } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import type { ControlCircuit } from "../evaluated-circuits.ts";
import { type MadeUp, noisy, stepwise } from "../testing/comparisons.ts";
import { circuits, find } from "../testing/findings.ts";
import { results } from "../testing/results.ts";

const CLAIM = "Nodes stay";
const changes = (change: (row: ChangeRow) => Partial<ChangeRow>) => ({
  changes: results.changes.map((row) => ({ ...row, ...change(row) })),
});

test("change of edges is inconclusive while its noise is unknown, with the range of nodes as evidence", () => {
  const { verdict, evidence, missing } = find(
    CLAIM,
    changes(() => ({ nodesBefore: 4, nodesAfter: 2 })),
  );
  expect(verdict).toBe("inconclusive");
  expect(missing.join()).toMatch(/^the noise floor.*null.*cross-faithfulness/);
  expect(evidence).toContain("100.0% of the edges and 33.3% of the nodes change on average, 3.0 times");
  expect(evidence).toContain("The circuits have 2 to 4 of the model's 8 nodes");
  expect(find(CLAIM).evidence).toContain("The circuits have 3 of the model's 8 nodes");
});

test("the verdict uses the change from checkpoint to checkpoint; that from the first to the last is also reported", () => {
  const [previous, first] = results.changes as [ChangeRow, ChangeRow];
  const since = (change: Partial<ChangeRow>): ChangeRow => ({ ...first, edgeChangeRate: 0, ...change });
  const { evidence } = find(CLAIM, {
    changes: [
      { ...previous, edgeChangeRate: 0.6 },
      since({ toStep: 1, edgeChangeRate: 1 }),
      since({ toStep: 2, edgeChangeRate: 0.5, nodeChangeRate: 0.1 }),
      since({ toStep: 1, edgeChangeRate: 0.2, nodeChangeRate: 0.1, seed: 2 }),
      since({ toStep: 1, edgeChangeRate: 0.2, nodeChangeRate: 0.1, plan: "other" }),
    ],
  });
  expect(evidence).toContain("From checkpoint to checkpoint 60.0% of the edges");
  expect(evidence).toContain("; from the first to the last 30.0% and 10.0%");
});

const run = { plan: "probe", draw: 0, seed: 1, fraction: 0.05 };
const crossed: ControlCircuit[] = [
  { ...run, step: 0, circuitStep: 2, kind: "another checkpoint's", faithfulness: 70 },
  { ...run, step: 0, circuitStep: 1, kind: "another checkpoint's", faithfulness: 1 },
  { ...run, step: 0, circuitStep: 0, kind: "common to both ends", faithfulness: 60 },
  { ...run, step: 2, circuitStep: 0, kind: "another checkpoint's", faithfulness: 50 },
  { ...run, step: 2, circuitStep: 2, kind: "common to both ends", faithfulness: 40 },
  { ...run, step: 2, circuitStep: 2, kind: "common to both ends", fraction: 0.1, faithfulness: 1 },
];

test("cross-faithfulness needs each end's circuit, and their common edges, in the other end's model", () => {
  expect(find(CLAIM, { controls: crossed }).evidence).toContain(
    "to the first model: its own circuit 90.0%, the last one's 70.0%, the edges common to both 60.0%; to the last model: its own 90.0%, the first one's 50.0%, the common edges 40.0%.",
  );
  expect(find(CLAIM, { controls: crossed }).missing.join()).not.toContain("cross-faithfulness");
  for (const lacking of [0, 2, 3, 4]) {
    const controls = crossed.filter((_, i) => i !== lacking);
    expect(find(CLAIM, { controls }).missing.join()).toContain("cross-faithfulness");
  }
});

describe("edges change beyond noise", () => {
  const floors = { halves: [0.1, 0.2], between: [0.15, 0.3] } as const;
  /** Runs whose edges change, above the halves, so many times as much as nodes. */
  const tuned = (ratio: number) =>
    [0.2, 0.21, 0.22].map((above) => [0.1 + above, 0.2 + ratio * above] as const);
  const judged = (parts: Partial<MadeUp>) =>
    find(CLAIM, {
      controls: crossed,
      comparisons: noisy({ tuned: tuned(3), chance: 2, ...floors, ...parts }),
    });

  test("if their ratio above both floors is more than 2, and more than chance gives", () => {
    const { verdict, missing, contrasts, evidence } = judged({ between: [0.1, 0.2] });
    expect([verdict, missing]).toEqual(["shown", []]);
    const means = contrasts.map(({ name, decides, estimate }) => [name, decides, estimate.mean.toFixed(3)]);
    expect(means.slice(1)).toEqual([
      ["above the floor of half splits", true, "3.000"],
      ["above the floor of seeds", true, "3.000"],
      ["above the floor of half splits, minus jitter", true, "1.000"],
      ["above the floor of half splits, minus churn", false, "1.000"],
      ["above the floor of seeds, minus jitter", true, "1.000"],
      ["above the floor of seeds, minus churn", false, "1.000"],
    ]);
    expect(evidence).toContain(
      "Noise floors of edges and nodes: half splits 20.0% and 10.0% and seeds 20.0%",
    );
    expect(evidence).toContain("the 95th percentile of chance is jitter 2.00 and churn 2.00");
  });

  test("which transitions add to, but do not decide: each of them, and their mean", () => {
    const made = { tuned: tuned(3), chance: 2, halves: floors.halves, between: floors.halves };
    const comparisons = [...noisy(made), ...stepwise(made)];
    const { verdict, contrasts, evidence } = find(CLAIM, { controls: crossed, comparisons });
    expect(verdict).toBe("shown");
    // Half of the change: nodes .15 to .16 above a floor of .1, edges .4 to .43 above .2; by seed 4, 3.909 and 3.833.
    const of = (name: string) => contrasts.find((contrast) => contrast.name === name)!;
    const ratio = (0.2 / 0.05 + 0.215 / 0.055 + 0.23 / 0.06) / 3;
    for (const floor of ["half splits", "seeds"]) {
      for (const steps of ["mean from checkpoint to checkpoint", "step 0 to 1", "step 1 to 2"]) {
        const above = of(`${steps}, above the floor of ${floor}`);
        expect(above.estimate.mean).toBeCloseTo(ratio, 9);
        const minus = of(`${steps}, above the floor of ${floor}, minus jitter`);
        expect(minus.estimate.mean).toBeCloseTo(ratio - 2, 9);
        for (const { decides, comparable } of [above, minus])
          expect([decides, comparable]).toEqual([false, steps.startsWith("mean") ? undefined : false]);
      }
    }
    expect(of("step 0 to 1, above the floor of seeds").rows.map(({ step }) => step)).toEqual([1, 1, 1]);
    expect(evidence).toContain(
      `From checkpoint to checkpoint, above the floor of half splits, edges change ${ratio.toFixed(2)} times as much as nodes; the 95th percentile of chance is jitter 2.00 and churn 2.00.`,
    );
    const still = comparisons.map((row) => (row.kind === "transition" ? { ...row, nodeChangeRate: 0 } : row));
    const undecided = find(CLAIM, { controls: crossed, comparisons: still });
    expect(undecided.verdict).toBe("shown");
    expect(undecided.evidence).toContain("nodes change no more than between seeds in some runs");
  });

  test("not if the ratio is 2, or within what chance gives", () => {
    expect(judged({ between: [0.1, 0.2], tuned: tuned(2), chance: 1 }).verdict).toBe("inconclusive");
    expect(judged({ between: [0.1, 0.2], chance: 3.1 })).toMatchObject({
      verdict: "inconclusive",
      missing: ["a ratio beyond the 95th percentile of what chance gives"],
    });
  });

  test("which is undefined if nodes change no more than a floor", () => {
    const { verdict, missing, contrasts, evidence } = judged({ between: [0.305, 0.5] });
    expect(verdict).toBe("inconclusive");
    expect(missing).toContainEqual(expect.stringContaining("ratios that are defined"));
    expect(contrasts.map(({ name }) => name)).not.toContain("above the floor of seeds");
    expect(evidence).toContain("nodes change no more than between seeds");
  });

  test("and need 100 draws of chance and both floors in every run", () => {
    const all = noisy({ tuned: tuned(3), chance: 2, ...floors });
    const missing = (keep: (row: (typeof all)[number]) => boolean) =>
      find(CLAIM, { controls: crossed, comparisons: all.filter(keep) }).missing.join();
    expect(missing(({ kind, index, seed }) => kind !== "churn" || index < 100 || seed < 3)).toContain(
      "the null",
    );
    expect(missing(({ kind, seed }) => kind !== "halves" || seed < 3)).toContain("the noise floor");
    expect(missing(({ kind }) => kind !== "seeds")).toContain("the noise floor");
  });
});

test("edges that change no faster than nodes contradict the claim", () => {
  const alike = changes(({ edgeChangeRate }) => ({ nodeChangeRate: edgeChangeRate }));
  expect(find(CLAIM, alike)).toMatchObject({ verdict: "not shown", missing: [] });
});

test("a model that cannot do the task at any checkpoint makes the claim inconclusive", () => {
  const unable = find(
    CLAIM,
    circuits(() => ({ modelAccuracy: 0.1 })), // the most common answer's 5% and 5 points
  );
  expect(unable).toMatchObject({ verdict: "inconclusive" });
  expect(unable.missing[0]).toBe("a model that does the task");
  expect(unable.evidence).toContain("answers at most 10.0% of the prompts");
  const first = circuits(({ step }) => (step === 0 ? { modelAccuracy: 0 } : {}));
  for (const parts of [first, { circuits: [] }])
    expect(find(CLAIM, parts).missing).not.toContain("a model that does the task");
});
