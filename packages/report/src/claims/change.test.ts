import type { ChangeRow } from "@ft/artifacts";
import { expect, test } from "vitest";
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

test("cross-faithfulness is missing until another checkpoint's circuit was evaluated", () => {
  const run = { plan: "probe", draw: 0, seed: 1, step: 0, fraction: 0.05, faithfulness: 50 };
  const missing = (kind: "another checkpoint's" | "next by score") =>
    find(CLAIM, { controls: [{ ...run, kind }] }).missing.join();
  expect(missing("next by score")).toContain("cross-faithfulness");
  expect(missing("another checkpoint's")).not.toContain("cross-faithfulness");
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
