import { describe, expect, test } from "vitest";
import type { EvaluatedCircuit } from "../evaluated-circuits.ts";
import { circuits, find } from "../testing/findings.ts";
import { results } from "../testing/results.ts";

const CLAIM = "Circuits before";
const isRandom = ({ kind }: EvaluatedCircuit) => kind === "random";
/** The found circuits' rows changed at one checkpoint. */
const foundAt = (at: number, change: Partial<EvaluatedCircuit>) =>
  circuits(({ step, kind }) => (step === at && kind === "found" ? change : {}));
/** One more random circuit at checkpoint 2. */
const withRandom = (faithfulness: number, count = 1) => {
  const row = results.circuits.find((row) => isRandom(row) && row.step === 2)!;
  return {
    circuits: [...results.circuits, ...Array<EvaluatedCircuit>(count).fill({ ...row, faithfulness })],
  };
};

test("faithfulness is reported with accuracy, and is inconclusive without its controls", () => {
  const { verdict, evidence, missing } = find(CLAIM);
  expect(verdict).toBe("inconclusive");
  expect(evidence).toContain("the circuit answers 80.0% of the prompts and the model 90.0%");
  expect(evidence).not.toMatch(/alone|overshoots/);
  expect(missing.join()).toMatch(
    /^20 random circuits.*here 1\).*another checkpoint's.*another seed's.*initialised/,
  );
  const many = {
    circuits: [...results.circuits, ...Array(19).fill(results.circuits.filter(isRandom)).flat()],
  };
  expect(find(CLAIM, many).missing.join()).not.toContain("20 random");
});

test("the evidence is of the main fraction's circuits, in the order of checkpoints", () => {
  const parts = foundAt(2, { faithfulness: 85, circuitAccuracy: 0.7 });
  const { evidence } = find(CLAIM, parts);
  expect(evidence).toContain("Circuits of 5.0% of the edges have a faithfulness of 85.0% to 90.0% over 2");
  expect(evidence).toContain("At the last checkpoint the circuit answers 70.0%");
  expect(find(CLAIM, { circuits: [...parts.circuits!].reverse() }).evidence).toBe(evidence);
  const other = { ...results.circuits[0]!, fraction: 0.5, faithfulness: 1 };
  expect(find(CLAIM, { circuits: [...parts.circuits!, other] }).evidence).toBe(evidence);
});

test("a circuit that answers less than half as many prompts as the model is faithful only in its metric", () => {
  const { evidence, missing } = find(CLAIM, foundAt(2, { circuitAccuracy: 0.44 }));
  expect(evidence).toContain(
    "At 1 of 2 checkpoints the circuit answers less than half as many prompts as the model: it is faithful only in divergence.",
  );
  expect(missing[0]).toBe("circuits that answer at least half as many prompts as the model");
  const half = circuits(() => ({ circuitAccuracy: 0.45 }));
  expect(find(CLAIM, half).evidence).not.toContain("only in");
  expect(find(CLAIM, half).missing.join()).not.toContain("at least half as many");
});

test("a circuit overshoots only if its metric exceeds the model's", () => {
  const evidence = (circuitMetric: number) => find(CLAIM, foundAt(0, { circuitMetric })).evidence;
  expect(evidence(1.1)).toContain("At checkpoint 0 the circuit overshoots");
  expect(evidence(1)).not.toContain("overshoots");
});

describe("at every checkpoint a circuit must", () => {
  test("have a faithfulness of at least 80%", () => {
    const missing = (faithfulness: number) => find(CLAIM, foundAt(2, { faithfulness })).missing.join();
    expect(missing(79)).toContain("a faithfulness of at least 80% at every checkpoint");
    expect(missing(80)).not.toContain("a faithfulness of at least");
  });

  test("be more faithful than every random one", () => {
    expect(find(CLAIM, foundAt(2, { faithfulness: 10 }))).toMatchObject({
      verdict: "not shown",
      missing: [],
    });
    expect(find(CLAIM, withRandom(95)).verdict).toBe("not shown");
    const { verdict, evidence } = find(CLAIM, withRandom(20));
    expect(verdict).toBe("inconclusive");
    expect(evidence).toContain("the best of 3 random circuits of the same size has 20.0%");
  });

  test("have been compared with enough random ones", () => {
    expect(find(CLAIM, withRandom(10, 19)).missing.join()).toContain("here 1)");
  });

  test("be compared with random ones of its own checkpoint", () => {
    const parts = circuits((row) => ({
      faithfulness: (row.step === 0 ? 90 : 40) - (isRandom(row) ? 10 : 0),
    }));
    expect(find(CLAIM, parts).verdict).toBe("inconclusive");
  });
});

describe("controls in the same model", () => {
  const run = { plan: "probe", draw: 0, seed: 1, fraction: 0.05 };
  const kinds = [
    "random among found nodes",
    "next by score",
    "another checkpoint's",
    "another seed's",
    "a random model's",
  ] as const;
  const all = (faithfulness: number) =>
    kinds.flatMap((kind) => [0, 2].map((step) => ({ ...run, step, circuitStep: step, kind, faithfulness })));
  const missing = (parts: Parameters<typeof find>[1]) => find(CLAIM, parts).missing.slice(1);

  test("are missing until they are there for every checkpoint, or for both ends", () => {
    expect(missing({ controls: all(50) })).toEqual([]);
    for (const kind of kinds)
      for (const step of [0, 2]) {
        const controls = all(50).filter((row) => row.kind !== kind || row.step !== step);
        expect(missing({ controls })).toHaveLength(kind === "another seed's" && step === 0 ? 0 : 1);
      }
    const middle = results.circuits.map((row) => ({ ...row, step: 1 }));
    const more = missing({ controls: all(50), circuits: [...results.circuits, ...middle] });
    expect(more.map((name) => name.split(" at ")[0])).toEqual([
      "random edges among the circuit's nodes",
      "the next edges by score",
    ]);
  });

  test("must be less faithful than the found circuit, at the same size", () => {
    const stronger = {
      ...run,
      ...{ step: 2, circuitStep: 0, kind: "another checkpoint's" as const, faithfulness: 90 },
    };
    expect(find(CLAIM, { controls: [...all(50), stronger] })).toMatchObject({ verdict: "not shown" });
    const common = { ...stronger, kind: "common to both ends" as const };
    expect(find(CLAIM, { controls: [...all(50), common] }).verdict).toBe("inconclusive");
    const other = { ...stronger, fraction: 0.5 };
    const { verdict, evidence } = find(CLAIM, { controls: [...all(50), other] });
    expect(verdict).toBe("inconclusive");
    expect(evidence).toContain(
      "Other controls have at most: random among found nodes 50.0%, next by score 50.0%",
    );
  });
});

test("every checkpoint's numbers link to the evaluations they are of", () => {
  const contrast = find(CLAIM).contrasts.find(({ name }) => name === "checkpoint 2: faithfulness")!;
  expect(contrast.rows).toEqual([{ table: "evaluation", plan: "probe", draw: 0, seed: 1, step: 2 }]);
});
