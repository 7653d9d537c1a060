/** Comparisons of circuits for tests. */
import { type ComparisonRow, RANDOM_MODEL } from "@ft/artifacts";

type Kind = ComparisonRow["kind"];

/** A comparison of kind, with these changes of nodes and edges; the edges' Jaccard is 1 minus half of theirs. */
export function comparison(
  kind: Kind,
  [nodeChangeRate, edgeChangeRate]: readonly [number, number],
  key: Partial<ComparisonRow> = {},
): ComparisonRow {
  return {
    ...{ plan: "probe", draw: 0, seed: 1, step: 0, sample: "all", rule: "top", size: 0.05, kind },
    ...{ otherSeed: key.seed ?? 1, otherStep: key.step ?? 0, otherSample: "all", index: 0, strength: null },
    ...{ nodes: 10, otherNodes: 10, nodeJaccard: 1 - nodeChangeRate / 2, nodeChangeRate },
    ...{ edges: 20, otherEdges: 20, edgeJaccard: 1 - edgeChangeRate / 2, edgeChangeRate },
    ...key,
  };
}

const LAST = 2;
const seeds = [1, 2, 3];

/** By seed, what fine-tuning changes, halves and seeds being alike, and the ratio that all draws of chance have. */
export interface MadeUp {
  tuned: readonly (readonly [number, number])[];
  halves: readonly [number, number];
  between: readonly [number, number];
  /** (edges - floor) / (nodes - floor) above the halves. */
  chance: number;
}

/** Everything that the claims about noise need, of three seeds with checkpoints 0 and 2, and of a random model. */
export function noisy({ tuned, halves, between, chance }: MadeUp): ComparisonRow[] {
  const runs = seeds.flatMap((seed, i) => [
    comparison("fine-tuning", tuned[i]!, { seed, otherSeed: seed, otherStep: LAST }),
    ...[0, LAST].flatMap((step) => ofExamples({ seed, otherSeed: seed, step, otherStep: step }, halves)),
    ...seeds
      .filter((other) => other < seed)
      .map((otherSeed) => comparison("seeds", between, { seed, otherSeed, step: LAST, otherStep: LAST })),
    ...(["jitter", "churn"] as const).flatMap((kind) =>
      Array.from({ length: 100 }, (_, draw) =>
        comparison(kind, [halves[0] + 0.1, halves[1] + 0.1 * chance], {
          ...{ seed, otherSeed: seed, otherStep: LAST, index: draw + 1, strength: 1 },
        }),
      ),
    ),
  ]);
  return [...runs, ...ofExamples({ plan: RANDOM_MODEL }, halves)];
}

/**
 * The transitions of the same runs over a checkpoint 1, each with half of the whole change, and what they need: halves and
 * seeds there, 20 draws of chance.
 */
export function stepwise({ tuned, halves, between, chance }: MadeUp): ComparisonRow[] {
  const steps = [
    [0, 1],
    [1, LAST],
  ] as const;
  return seeds.flatMap((seed, i) => {
    const own = { seed, otherSeed: seed };
    const [nodes, edges] = tuned[i]!;
    return [
      ...steps.map(([step, otherStep]) =>
        comparison("transition", [nodes / 2, edges / 2], { ...own, step, otherStep }),
      ),
      ...ofExamples({ ...own, step: 1, otherStep: 1 }, halves),
      ...seeds
        .filter((other) => other < seed)
        .map((otherSeed) => comparison("seeds", between, { seed, otherSeed, step: 1, otherStep: 1 })),
      ...(["jitter", "churn"] as const).flatMap((kind) =>
        steps.flatMap(([step, otherStep]) =>
          Array.from({ length: 20 }, (_, draw) =>
            comparison(kind, [halves[0] + 0.1, halves[1] + 0.1 * chance], {
              ...{ ...own, step, otherStep, index: draw + 1, strength: 1 },
            }),
          ),
        ),
      ),
    ];
  });
}

/** 20 pairs of halves, 5 splits, resamples and the paper's perturbations. */
function ofExamples(key: Partial<ComparisonRow>, change: readonly [number, number]): ComparisonRow[] {
  const row = (kind: Kind, sample: string, otherSample: string) =>
    comparison(kind, change, { ...key, sample, otherSample });
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  return [
    ...numbers(20).map((pair) => row("halves", `half ${2 * pair - 1}`, `half ${2 * pair}`)),
    ...numbers(5).flatMap((one) =>
      numbers(one - 1).map((other) => row("splits", `split ${other}`, `split ${one}`)),
    ),
    ...numbers(20).map((draw) => row("bootstrap", "all", `bootstrap ${draw}`)),
    ...numbers(9).map((tenth) => row("perturbed", "all", `perturbed ${10 * tenth}`)),
  ];
}
