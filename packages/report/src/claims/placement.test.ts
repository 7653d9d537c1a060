import { expect, test } from "vitest";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";
import type { Results } from "../results.ts";
import { find } from "../testing/findings.ts";
import { planStage, results } from "../testing/results.ts";

const CLAIM = "A higher rank helps most";
const LAYERS = 6;

/** A scan over layers: accuracies by seed and layer, and the edge change of each layer. */
function scan(change: readonly number[], accuracies: readonly (readonly number[])[]): Partial<Results> {
  const [metric, plan, layer] = [results.metrics[1]!, results.plans[0]!, results.layers[0]!];
  return {
    model: { name: "six", config: gptNeoxConfig({ dModel: 8, rotaryDims: 2, layers: LAYERS }) },
    stages: [...results.stages, planStage({ placed: "placement" })],
    plans: [
      ...results.plans,
      ...accuracies[0]!.flatMap((_, critical) =>
        [0, critical].map((layer) => ({
          ...plan,
          ...{ plan: "placed", draw: critical + 1, layer, critical: layer === critical },
        })),
      ),
    ],
    layers: change.map((edgeChange, i) => ({ ...layer, layer: i, edgeChange })),
    metrics: [
      ...results.metrics,
      ...accuracies.flatMap((byLayer, seed) =>
        byLayer.map((heldOutAccuracy, i) => ({
          ...metric,
          ...{ plan: "placed", draw: i + 1, seed: seed + 1, heldOutAccuracy },
        })),
      ),
    ],
  };
}

const change = [3, 6, 1, 5, 2, 4];
const along = [
  [0.3, 0.6, 0.1, 0.5, 0.2, 0.4],
  [0.3, 0.6, 0.2, 0.5, 0.1, 0.4],
  [0.3, 0.5, 0.1, 0.6, 0.2, 0.4],
];

test("edge change that follows accuracy whatever the depth is shown, the reverse is not", () => {
  expect(find(CLAIM, scan(change, along))).toMatchObject({ verdict: "shown", missing: [] });
  const against = along.map((seed) => seed.map((accuracy) => 1 - accuracy));
  expect(find(CLAIM, scan(change, against)).verdict).toBe("not shown");
});

test("what depth explains alone is not shown", () => {
  const deep = [
    [0.1, 0.2, 0.3, 0.4, 0.6, 0.5],
    [0.1, 0.3, 0.2, 0.4, 0.5, 0.6],
    [0.2, 0.1, 0.3, 0.4, 0.5, 0.6],
  ];
  const { verdict, missing, evidence } = find(CLAIM, scan([1, 2, 3, 5, 4, 6], deep));
  expect([verdict, missing]).toEqual([
    "inconclusive",
    ["more seeds: the interval of the correlation includes 0"],
  ]);
  expect(evidence).toMatch(/rank correlation of -?0\.\d\d given depth/);
});

test("without a scan of every layer by two seeds the claim names it", () => {
  const missing = (parts?: Partial<Results>) => find(CLAIM, parts).missing.join();
  const scanned = scan(change, along);
  expect(missing()).toMatch(/^a placement scan/);
  expect(missing(scan(change, along.slice(0, 1)))).toMatch(/^a placement scan/);
  const incomplete = scanned.metrics!.filter(({ plan, draw }) => plan !== "placed" || draw !== 3);
  expect(missing({ ...scanned, metrics: incomplete })).toMatch(/^a placement scan/);
  expect(missing({ ...scanned, stages: results.stages })).toMatch(/^a placement scan/);
});

test("edge change is the sum by source on all examples", () => {
  const scanned = scan(change, along);
  const other = scanned.layers!.map((row) => ({ ...row, edgeChange: 100 - 30 * row.edgeChange }));
  for (const part of [{ layerRule: "destination" as const }, { sample: "half 1" }])
    expect(
      find(CLAIM, { ...scanned, layers: [...scanned.layers!, ...other.map((row) => ({ ...row, ...part }))] })
        .verdict,
    ).toBe("shown");
});
