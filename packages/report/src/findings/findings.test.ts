import type { CircuitRow, MetricsRow, PlanRow } from "@ft/artifacts";
import { expect, test } from "vitest";
import type { Results } from "../results.ts";
import { results } from "../testing/results.ts";
import { type Finding, findings } from "./index.ts";

/** The finding whose claim begins so, of the made-up results with some parts replaced. */
function find(claim: string, parts: Partial<Results> = {}): Finding {
  return findings({ ...results, ...parts }).find((finding) => finding.claim.startsWith(claim))!;
}

const circuits = (change: (row: CircuitRow) => Partial<CircuitRow>): Partial<Results> => ({
  circuits: results.circuits.map((row) => ({ ...row, ...change(row) })),
});
/** The last accuracies of a method replaced, by seed. */
const accuracies = (run: string, values: readonly number[], metrics = results.metrics): MetricsRow[] =>
  metrics.map((row) =>
    row.run === run && row.step > 0 ? { ...row, heldOutAccuracy: values[row.seed - 1]! } : row,
  );

/** Adds a method with the same rank everywhere. */
function withRank(of: Results, rank: number | "full", values: readonly number[]): Results {
  const name = `uniform-${rank}`;
  const [plan] = of.plans;
  const row: PlanRow = { ...plan!, plan: name, ...(rank === "full" ? { adapter: "full" } : { rank }) };
  const metrics = of.metrics.filter(({ run }) => run === "lora-r8").map((row) => ({ ...row, run: name }));
  return { ...of, plans: [...of.plans, row], metrics: [...of.metrics, ...accuracies(name, values, metrics)] };
}

const ranked = (small: number[], large: number[]) => withRank(withRank(results, 2, small), 32, large);
/** Rank 32 answers about 10 points more than rank 2. */
const binding = ranked([0.7, 0.71, 0.72], [0.8, 0.82, 0.81]);
const flat = ranked([0.7, 0.71, 0.72], [0.71, 0.71, 0.71]);

test("every inconclusive claim says what would decide it, and only those do", () => {
  for (const of of [results, binding, flat])
    for (const { verdict, missing } of findings(of))
      expect(missing.length > 0).toBe(verdict === "inconclusive");
});

test("improvement counts the mean of last checkpoints per method with its interval, not the best of all", () => {
  const before = find("The base model");
  expect(before).toMatchObject({ verdict: "shown", missing: [] });
  expect(before.evidence).toContain("lora-r8 72.0% (69.5% to 74.5%) and circuit-lora 82.0%");
  const metrics = [
    ...results.metrics,
    { ...results.metrics[1]!, step: 1, heldOutAccuracy: 1 }, // better than any last checkpoint
  ];
  expect(find("The base model", { metrics })).toEqual(before);
});

test.each<[string, Partial<Results>, Finding["verdict"], RegExp | undefined]>([
  ["gains below 30 points", { metrics: results.metrics.map(low) }, "not shown", undefined],
  [
    "one seed",
    { metrics: results.metrics.filter(({ seed }) => seed === 1) },
    "inconclusive",
    /two training seeds/,
  ],
  [
    "a base at 20 points above chance",
    { majority: -0.1 },
    "inconclusive",
    /a task that the base model does not do/,
  ],
  [
    "an interval that includes 30 points",
    { metrics: accuracies("lora-r8", [0.2, 0.5, 0.9]) },
    "inconclusive",
    /not every method's interval/,
  ],
])("with %s improvement is judged by the rule", (_, parts, verdict, missing) => {
  const found = find("The base model", parts);
  expect(found.verdict).toBe(verdict);
  expect(found.missing.join()).toMatch(missing ?? /^$/);
});

function low(row: MetricsRow): MetricsRow {
  return { ...row, heldOutAccuracy: row.step > 0 ? 0.2 + row.seed / 100 : 0.1 };
}

test("faithfulness is told with accuracy, and is not shown without its controls", () => {
  const { verdict, evidence, missing } = find("Circuits before");
  expect(verdict).toBe("inconclusive");
  expect(evidence).toContain("the circuit answers 80.0% of the prompts and the model 90.0%");
  expect(evidence).not.toMatch(/alone|overshoots/);
  expect(missing.join()).toMatch(/20 random circuits.*here 1\).*another checkpoint's/);
  const many = {
    circuits: [...results.circuits, ...Array(19).fill(results.circuits.filter(isRandom)).flat()],
  };
  expect(find("Circuits before", many).missing.join()).not.toContain("20 random");
});

const isRandom = ({ kind }: CircuitRow) => kind === "random";

test("a circuit that answers less than half of what the model answers is faithful in its metric alone", () => {
  const last = circuits(({ step }) => (step === 2 ? { circuitAccuracy: 0.44 } : {}));
  expect(find("Circuits before", last).evidence).toContain(
    "At 1 of 2 checkpoints the circuit answers less than half of what the model answers: it is faithful in divergence alone.",
  );
  const half = circuits(() => ({ circuitAccuracy: 0.45 }));
  expect(find("Circuits before", half).evidence).not.toContain("alone");
});

test("a circuit beyond the model's metric overshoots, and one no better than a random one is not faithful", () => {
  const beyond = circuits(({ step, kind }) => (step === 0 && kind === "found" ? { circuitMetric: 1.1 } : {}));
  expect(find("Circuits before", beyond).evidence).toContain("At checkpoint 0 the circuit overshoots");
  const chance = circuits(({ step }) => (step === 2 ? { faithfulness: 50 } : {}));
  expect(find("Circuits before", chance)).toMatchObject({ verdict: "not shown", missing: [] });
  expect(
    find(
      "Circuits before",
      circuits(({ kind }) => (isRandom({ kind } as CircuitRow) ? {} : { faithfulness: 79 })),
    ).missing[0],
  ).toBe("a faithfulness of at least 80% at every checkpoint");
});

test("change of edges is inconclusive while its noise is unknown, and counts the range of nodes", () => {
  const changes = results.changes.map((row) => ({ ...row, nodesBefore: 4, nodesAfter: 2 }));
  const { verdict, evidence, missing } = find("Nodes stay", { changes });
  expect(verdict).toBe("inconclusive");
  expect(missing.join()).toMatch(/noise floor.*null.*cross-faithfulness/);
  expect(evidence).toContain("100.0% of the edges and 33.3% of the nodes change on average, 3.0 times");
  expect(evidence).toContain("The circuits have 2 to 4 of the model's 8 nodes");
  expect(find("Nodes stay").evidence).toContain("The circuits have 3 of the model's 8 nodes");
});

test("edges that change no faster than nodes contradict the claim; a model that cannot do the task decides nothing", () => {
  const changes = results.changes.map((row) => ({ ...row, nodeChangeRate: row.edgeChangeRate }));
  expect(find("Nodes stay", { changes })).toMatchObject({ verdict: "not shown", missing: [] });
  const unable = find(
    "Nodes stay",
    circuits(() => ({ modelAccuracy: 0 })),
  );
  expect(unable).toMatchObject({ verdict: "inconclusive" });
  expect(unable.missing[0]).toBe("a model that does the task");
  expect(unable.evidence).toContain("answers at most 0.0% of the prompts");
});

test("rank binds if rank 32 answers 2 points more than rank 2, beyond the interval; unknown without both", () => {
  expect(find("Rank limits").missing).toEqual(["accuracy at rank 1, rank 2, rank 32 and full fine-tuning"]);
  expect(find("Rank limits", binding).verdict).toBe("shown");
  const not = find("Rank limits", flat);
  expect(not.verdict).toBe("not shown");
  expect(not.evidence).toContain("this setting cannot tell where rank belongs");
  expect(find("Rank limits", ranked([0.5, 0.8, 0.6], [0.9, 0.7, 0.9])).verdict).toBe("not shown");
});

test("a gain means nothing where rank was not shown to bind", () => {
  const claim = "circuit-lora (18.18% of parameters) answers more than lora-r8";
  const name = claim.slice(0, 12);
  expect(find(name).missing).toEqual([
    "whether rank limits accuracy here: accuracy at rank 1, rank 2, rank 32 and full fine-tuning",
  ]);
  expect(find(name, flat)).toMatchObject({
    verdict: "inconclusive",
    missing: ["a setting where rank limits accuracy"],
  });
});

const gain = (values: readonly number[], of = binding) =>
  findings({ ...of, metrics: accuracies("lora-r8", values, of.metrics) }).find(({ claim }) =>
    /^circuit-lora.*more than lora-r8/.test(claim),
  )!;

test("where rank binds, a gain is shown if it is above 0 after Holm's correction", () => {
  expect(gain([0.7, 0.71, 0.72])).toMatchObject({ verdict: "shown", missing: [] });
  expect(gain([0.7, 0.71, 0.72]).evidence).toMatch(/p = \S+ after Holm's correction over 3 comparisons/);
});

test("a gain whose interval includes 0 is inconclusive, one below 0 or within a point is not shown", () => {
  expect(gain([0.2, 0.99, 0.9])).toMatchObject({
    verdict: "inconclusive",
    missing: ["more seeds or examples: the interval includes no difference"],
  });
  expect(gain([0.9, 0.92, 0.93])).toMatchObject({ verdict: "not shown" });
  const equal = gain([0.812, 0.819, 0.83]);
  expect(equal).toMatchObject({ verdict: "not shown" });
  expect(equal.evidence).toContain("equal within 1 point");
});

test("a gain says whether its interval excludes the paper's, and whether a rate was at an edge of its grid", () => {
  expect(gain([0.8, 0.82, 0.83]).evidence).toContain("excludes the paper's gain of +2.46 points");
  expect(gain([0.2, 0.99, 0.9]).evidence).toContain("includes the paper's gain of +2.46 points");
  const rate = (learningRate: number, chosen: boolean) => ({
    ...results.learningRates[0]!,
    learningRate,
    chosen,
  });
  const evidence = (...learningRates: Results["learningRates"]) =>
    find("circuit-lora", { learningRates }).evidence;
  expect(evidence(rate(1, true), rate(2, false))).toContain(
    "The learning rate of lora-r8, 1, is the lowest tried",
  );
  expect(evidence(rate(1, false), rate(2, true))).toContain("2, is the highest tried");
  expect(evidence(rate(1, false), rate(2, true), rate(3, false))).not.toContain("tried");
  expect(evidence(rate(1, true))).not.toContain("tried");
});
