/** Every method of planning: ranks by arithmetic and by definition, from the tables that the plan was made from. */
import { layersSchema, type PlanRow, planSchema } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { layerPlans } from "./experiment.ts";
import { trained } from "./fixtures.ts";
import { largestLayers, layerRuleNames, layerSums, meanOver } from "./layers.ts";
import { tableOf } from "./results.ts";

const rowsOf = (plan: string, stage = "layer-plans"): PlanRow[] =>
  tableOf(stage, planSchema).filter((row) => row.plan === plan);
const modules = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"];

/** The rank of every layer, which all its modules must have. */
function ranksOf(rows: readonly PlanRow[]): number[] {
  return [0, 1, 2].map((layer) => {
    const own = rows.filter((row) => row.layer === layer);
    expect(own.map(({ module }) => module).sort()).toEqual([...modules].sort());
    const [{ rank }] = own as [PlanRow];
    for (const row of own) expect(row).toMatchObject({ kind: "lora", settings: "{}", rank, alpha: 2 * rank });
    return rank;
  });
}

/** Rank 3 in critical layers, 1 in others, and the mark of being critical. */
function expectCritical(rows: readonly PlanRow[], critical: readonly number[]): void {
  expect(ranksOf(rows)).toEqual([0, 1, 2].map((layer) => (critical.includes(layer) ? 3 : 1)));
  for (const { layer, critical: marked } of rows) expect(marked).toBe(critical.includes(layer));
}

test("uniform has one rank in the modules that it names", () => {
  const rows = rowsOf("uniform").map(({ layer, module, rank, alpha }) => [layer, module, rank, alpha]);
  expect(rows).toEqual([0, 1, 2].map((layer) => [layer, "dense", 2, 4]));
});

test("budget spreads the sum of ranks of one layer with 1 and two with 3", () => {
  const ranks = ranksOf(rowsOf("budget"));
  expect(ranks.toSorted()).toEqual([2, 2, 3]);
});

test("full trains every linear, without ranks", () => {
  expect(rowsOf("full")).toHaveLength(12);
  for (const row of rowsOf("full")) expect(row).toMatchObject({ kind: "full", rank: 0, alpha: 0 });
});

describe("circuit", () => {
  test.each(layerRuleNames)(
    "by rule %s gives the layers with the largest sums of edge change the higher rank",
    (rule) => {
      const sums = meanOver(layerSums("circuits", "top", rule));
      expectCritical(rowsOf(rule), largestLayers(sums, Number(layerPlans[rule]!.critical ?? 1)));
      for (const { layer, edgeChange } of rowsOf(rule)) expect(edgeChange).toBeCloseTo(sums[layer]!, 10);
    },
  );

  test("by mean and standard deviation takes the layers whose sums reach it", () => {
    const sums = meanOver(layerSums("circuits", "top", "source"));
    const mean = sums.reduce((sum, value) => sum + value, 0) / 3;
    const deviation = Math.sqrt(sums.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3);
    const reached = [0, 1, 2].filter((layer) => sums[layer]! >= mean + deviation);
    expect(reached).toHaveLength(1);
    expectCritical(rowsOf("mean-plus-sd"), reached);
  });

  test("says in how many of the probe's runs a layer would be critical, and how many updates they made", () => {
    const runs = layerSums("circuits", "top", "source");
    for (const { layer, reason } of rowsOf("source")) {
      const agreeing = runs.filter((sums) => largestLayers(sums, 1).includes(layer)).length;
      expect(reason).toContain(`critical in ${agreeing} of 2 probe runs, 12 updates in all`);
    }
  });

  test("from a union takes the sums of the united circuits", () => {
    const sums = meanOver(layerSums("union", "union", "source"));
    expectCritical(rowsOf("by-union", "union-plan"), largestLayers(sums, 1));
    for (const { layer, edgeChange } of rowsOf("by-union", "union-plan"))
      expect(edgeChange).toBeCloseTo(sums[layer]!, 10);
  });

  test("layers.arrow ranks the layers of every run by every rule", () => {
    const rows = tableOf("layer-plans", layersSchema);
    expect(rows).toHaveLength(2 * layerRuleNames.length * 3);
    for (const { seed, layerRule, layer, edgeChange, order } of rows) {
      const sums = layerSums("circuits", "top", layerRule)[seed - 1]!;
      expect(edgeChange).toBeCloseTo(sums[layer]!, 10);
      expect(order).toBe(1 + sums.filter((sum) => sum > sums[layer]!).length);
    }
  });
});

test("least-changed gives the layer with the smallest sum the higher rank", () => {
  const sums = meanOver(layerSums("circuits", "top", "source"));
  expectCritical(
    rowsOf("least-changed"),
    largestLayers(
      sums.map((sum) => -sum),
      1,
    ),
  );
});

describe("random", () => {
  test("draws two layers each time, not always the same", () => {
    const drawn = [1, 2, 3, 4].map((draw) => {
      const own = rowsOf("random").filter((row) => row.draw === draw);
      expect(own.every(({ seed }) => seed === null)).toBe(true);
      const critical = [0, 1, 2].filter((layer) => own.some((row) => row.layer === layer && row.critical));
      expect(critical).toHaveLength(2);
      expectCritical(own, critical);
      return String(critical);
    });
    expect(rowsOf("random")).toHaveLength(4 * 12);
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });

  test("draws once for each seed", () => {
    const rows = rowsOf("random-seeds");
    expect([...new Set(rows.map(({ draw, seed }) => `${draw} ${seed}`))]).toEqual(["1 1", "2 2"]);
    for (const own of [1, 2].map((wanted) => rows.filter(({ seed }) => seed === wanted))) {
      const critical = own.filter((row) => row.critical).map(({ layer }) => layer);
      expect(new Set(critical).size).toBe(1);
      expectCritical(own, critical);
    }
  });
});

test("first-layers and last-layers go by depth, and placement has a draw for each layer", () => {
  expectCritical(rowsOf("first-layers"), [0, 1]);
  expectCritical(rowsOf("last-layers"), [1, 2]);
  expect(rowsOf("placement")).toHaveLength(3 * 12);
  for (const draw of [1, 2, 3])
    expectCritical(
      rowsOf("placement").filter((row) => row.draw === draw),
      [draw - 1],
    );
});

/** The norm of each layer's linears as one vector. */
function layerNorms(byLinear: Record<string, number>): number[] {
  return [0, 1, 2].map((layer) => {
    const own = Object.entries(byLinear).filter(([name]) => name.includes(`.layers.${layer}.`));
    expect(own).toHaveLength(4);
    return Math.hypot(...own.map(([, norm]) => norm));
  });
}

test("gradient-norm takes the layers with the largest gradients by PyTorch", () => {
  expectCritical(rowsOf("gradient-norm"), largestLayers(layerNorms(trained.gradientNorms), 2));
});

test("weight-change takes the layers that PEFT's runs changed most", () => {
  const norms = meanOver(Object.values(trained.weightChanges).map(layerNorms));
  expectCritical(rowsOf("weight-change"), largestLayers(norms, 2));
});

test("the plans of the experiment do not all choose the same layers", () => {
  const chosen = Object.keys(layerPlans).map((plan) =>
    String(rowsOf(plan).flatMap(({ layer, critical }) => (critical ? [layer] : []))),
  );
  expect(new Set(chosen).size).toBeGreaterThan(4);
});
