import { type PlanRow, parseConfig } from "@ft/artifacts";
import { adapterOf, type ModelConfig, modulesOf, trainableParameters } from "@ft/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";
import { configSchema } from "../config.ts";
import { spread } from "./budget.ts";
import { planRows } from "./index.ts";

const sums = Float64Array.of(1, 9, 3, 7, 2, 5, 4, 6);
const layers = sums.length;
const model: ModelConfig = gptNeoxConfig({
  layers,
  heads: 8,
  dModel: 64,
  dMlp: 256,
  vocabulary: 100,
  maxPositions: 64,
  rotaryDims: 2,
});

/** The measures of two probe runs, which agree on layer 1 only. */
const probed = { mean: sums, runs: [sums, Float64Array.of(9, 8, 0, 1, 0, 0, 0, 2)], updates: 1200 };
const measures = {
  edgeChanges: () => probed,
  weightChanges: () => ({ ...probed, mean: Float64Array.of(0, 0, 0, 0, 2, 0, 0, 1) }),
  gradientNorms: () => ({ mean: Float64Array.of(0, 0, 5, 0, 0, 6, 0, 0), runs: [], updates: 0 }),
};

/** The rows of one plan, options as in experiment.json. */
function plan(options: object, seed = 1): PlanRow[] {
  const { plans } = parseConfig(configSchema, { plans: [{ name: "p", ...options }] });
  return planRows(plans[0]!, { layers, modules: modulesOf(model), seed, ...measures });
}

const parameters = (rows: readonly PlanRow[]) => trainableParameters(model, adapterOf(model, rows));

/** The rank of each layer, the same for all of its linears. */
function ranks(rows: readonly PlanRow[]): number[] {
  return Array.from({ length: layers }, (_, layer) => {
    const own = new Set(rows.filter((row) => row.layer === layer).map(({ rank }) => rank));
    expect(own.size).toBe(1);
    return [...own][0]!;
  });
}

const criticalOf = (rows: readonly PlanRow[]) => [
  ...new Set(rows.filter(({ critical }) => critical).map(({ layer }) => layer)),
];

describe("uniform", () => {
  test("gives all four linears of every layer the rank, for every seed, at scale 2", () => {
    const rows = plan({ method: "uniform", rank: 8 });
    expect(rows).toHaveLength(4 * layers);
    expect(ranks(rows)).toEqual(new Array(layers).fill(8));
    expect(rows.every(({ alpha, seed, critical }) => alpha === 16 && seed === null && !critical)).toBe(true);
    expect(new Set(rows.map(({ module }) => module)).size).toBe(4);
  });

  test("can leave linears out and scale otherwise", () => {
    const rows = plan({ method: "uniform", rank: 4, modules: ["dense"], scale: 1 });
    expect(rows.map(({ module, alpha }) => [module, alpha])).toEqual(new Array(layers).fill(["dense", 4]));
  });
});

describe("circuit", () => {
  test("gives the layers that changed most the higher rank, with alpha in proportion", () => {
    const rows = plan({ method: "circuit", ranks: [8, 32], critical: 3 });
    expect(ranks(rows)).toEqual([8, 32, 8, 32, 8, 8, 8, 32]);
    expect(criticalOf(rows)).toEqual([1, 3, 7]);
    expect(rows.every(({ rank, alpha }) => alpha === 2 * rank)).toBe(true);
    expect(rows[0]).toMatchObject({
      edgeChange: 1,
      reason: "place 8 of 8 by edge change (critical in 1 of 2 probe runs, 1,200 updates in all)",
    });
    expect(rows.find(({ layer }) => layer === 3)).toMatchObject({
      edgeChange: 7,
      reason: "place 2 of 8 by edge change: critical (critical in 1 of 2 probe runs, 1,200 updates in all)",
    });
    expect(rows.find(({ layer }) => layer === 1)?.reason).toContain("critical in 2 of 2 probe runs");
  });

  test("has 5 of 24 critical layers, scaled to the depth, by default", () => {
    expect(criticalOf(plan({ method: "circuit", ranks: [8, 32] }))).toEqual([1, 3]);
  });

  test("takes the layers that stand out by mean and standard deviation", () => {
    // Mean 4.625, standard deviation 2.5: only 9 reaches 7.1.
    expect(criticalOf(plan({ method: "circuit", ranks: [8, 32], critical: "mean-plus-sd" }))).toEqual([1]);
  });
});

test("a circuit plan asks for the sums of its own rule and probe", () => {
  const asked: unknown[] = [];
  const { plans } = parseConfig(configSchema, {
    plans: [{ name: "p", method: "circuit", ranks: [8, 32], rule: "destination", probe: "lora-2" }],
  });
  planRows(plans[0]!, {
    modules: modulesOf(model),
    layers,
    seed: 1,
    ...measures,
    edgeChanges(...choice) {
      asked.push(choice);
      return probed;
    },
  });
  expect(asked).toEqual([["destination", "lora-2"]]);
});

test("rows name the kind of adapter and its settings, by default lora without settings", () => {
  const options = { method: "uniform", rank: 4 };
  for (const { kind, settings } of plan(options)) expect([kind, settings]).toEqual(["lora", "{}"]);
  const settings = { b: 1, a: [2] };
  for (const row of plan({ ...options, settings })) expect(row.settings).toBe('{"a":[2],"b":1}');
  expect(() => plan({ ...options, kind: "full" })).toThrow(/kind/);
});

test("kinds without ranks are planned uniformly without one, other kinds are not", () => {
  const rows = plan({ method: "uniform", kind: "ia3", modules: ["dense", "dense_4h_to_h"] });
  expect(rows.map(({ rank, alpha }) => [rank, alpha])).toEqual(new Array(2 * layers).fill([0, 0]));
  expect(parameters(rows)).toBe(layers * (64 + 256));
  expect(() => parameters(plan({ method: "uniform", kind: "ia3", rank: 2 }))).toThrow(
    /kind ia3: rank: IA3 has neither rank nor alpha/,
  );
  expect(() => parameters(plan({ method: "uniform" }))).toThrow(/kind lora: rank: Too small/);
});

test.each([
  [{ kind: "lora", settings: { dropout: 1 } }, /settings.dropout: Too big/],
  [{ kind: "dora", settings: { dorpout: 0.1 } }, /settings: Unrecognized key: "dorpout"/],
  [{ kind: "adalora", settings: { targetRank: 8 } }, /settings.targetRank: must be below the rank/],
])("settings that the kind does not take are refused: %o", (options, message) => {
  expect(() => parameters(plan({ method: "uniform", rank: 8, ...options }))).toThrow(message);
});

test("AdaLoRA is refused where layers have different ranks: it finds them itself", () => {
  const options = { method: "circuit", ranks: [8, 32], kind: "adalora" };
  expect(() => parameters(plan(options))).toThrow(/AdaLoRA starts with the same rank and alpha everywhere/);
});

describe("random", () => {
  const options = { method: "random", ranks: [8, 32], critical: 2 };
  const draws = (rows: readonly PlanRow[]) => [...new Set(rows.map(({ draw, seed }) => `${draw} ${seed}`))];

  test("draws as many layers as asked for, anew for every draw, each of them for every seed", () => {
    const rows = plan({ ...options, draws: 6 });
    expect(draws(rows)).toEqual(["1 null", "2 null", "3 null", "4 null", "5 null", "6 null"]);
    const byDraw = [1, 2, 3, 4, 5, 6].map((draw) => criticalOf(rows.filter((row) => row.draw === draw)));
    for (const drawn of byDraw) expect(drawn).toHaveLength(2);
    for (const { rank, critical } of rows) expect(rank).toBe(critical ? 32 : 8);
    expect(new Set(byDraw.map(String)).size).toBeGreaterThan(1);
    expect(new Set(plan(options).map(({ draw }) => draw)).size).toBe(10);
  });

  test("gives each draw a seed instead, under the seed's number", () => {
    expect(draws(plan({ ...options, seeds: [7, 3] }))).toEqual(["7 7", "3 3"]);
  });

  test("draws the same layers every time, and others for another experiment's seed", () => {
    expect(plan(options)).toEqual(plan(options));
    expect(plan(options, 2)).not.toEqual(plan(options));
  });

  test("draws the same layers whichever other draws there are", () => {
    expect(plan({ ...options, draws: 2 })).toEqual(plan(options).filter(({ draw }) => draw <= 2));
    const seeded = plan({ ...options, seeds: [4] }).map(({ seed: _, ...row }) => row);
    expect(seeded).toEqual(
      plan(options)
        .filter(({ draw }) => draw === 4)
        .map(({ seed: _, ...row }) => row),
    );
  });
});

describe("layers by depth", () => {
  const options = { ranks: [2, 8], critical: 3 };

  test("are the first or the last ones", () => {
    expect(criticalOf(plan({ method: "first-layers", ...options }))).toEqual([0, 1, 2]);
    expect(criticalOf(plan({ method: "last-layers", ...options }))).toEqual([5, 6, 7]);
    const reasons = new Set(plan({ method: "last-layers", ...options }).map(({ reason }) => reason));
    expect(reasons).toEqual(new Set(["not among the last 3 layers", "among the last 3 layers"]));
  });

  test("are each critical alone in one draw, for every seed", () => {
    const rows = plan({ method: "placement", ranks: [1, 16] });
    expect(rows).toHaveLength(layers * layers * 4);
    for (let layer = 0; layer < layers; layer++) {
      const own = rows.filter(({ draw }) => draw === layer + 1);
      expect(ranks(own)).toEqual(Array.from(sums, (_, other) => (other === layer ? 16 : 1)));
      expect(
        own.every(({ seed, reason }) => seed === null && reason === `layer ${layer} alone has rank 16`),
      ).toBe(true);
    }
  });
});

describe("layers by another measure", () => {
  const options = { ranks: [2, 8], critical: 2 };

  test("are those that changed least, which do not count as ranked by edge change", () => {
    const rows = plan({ method: "least-changed", ...options });
    expect(criticalOf(rows)).toEqual([0, 4]);
    expect(rows[0]).toMatchObject({
      edgeChange: null,
      reason:
        "place 1 of 8 by least edge change: critical (critical in 1 of 2 probe runs, 1,200 updates in all)",
    });
    expect(rows.find(({ layer }) => layer === 4)?.reason).toMatch(/place 2 .*critical in 2 of 2 probe runs/);
  });

  test("have the largest gradients, or the largest changes of weights", () => {
    const byGradient = plan({ method: "gradient-norm", ...options });
    expect(criticalOf(byGradient)).toEqual([2, 5]);
    expect(byGradient.find(({ layer }) => layer === 2)?.reason).toBe(
      "place 2 of 8 by norm of the gradient: critical",
    );
    expect(criticalOf(plan({ method: "weight-change", ...options }))).toEqual([4, 7]);
  });

  test("are asked for with the plan's linears and probe", () => {
    const asked: unknown[] = [];
    const record = (...choice: unknown[]) => {
      asked.push(choice);
      return probed;
    };
    const context = { layers, modules: modulesOf(model), seed: 1, ...measures };
    const { plans } = parseConfig(configSchema, {
      plans: [
        { name: "g", method: "gradient-norm", ranks: [1, 2], modules: ["dense"] },
        { name: "w", method: "weight-change", ranks: [1, 2], probe: "lora-2" },
      ],
    });
    for (const options of plans)
      planRows(options, { ...context, gradientNorms: record, weightChanges: record });
    expect(asked).toEqual([[["dense"]], [modulesOf(model), "lora-2"]]);
  });
});

test("plans of the same ranks and number of critical layers cost the same", () => {
  const methods = [
    "circuit",
    "first-layers",
    "last-layers",
    "least-changed",
    "gradient-norm",
    "weight-change",
    "budget",
  ];
  const rank = fc.integer({ min: 1, max: 64 });
  fc.assert(
    fc.property(rank, rank, fc.integer({ min: 1, max: layers }), (ordinary, critical, count) => {
      const options = { ranks: [ordinary, critical], critical: count };
      const costs = methods.map((method) => parameters(plan({ method, ...options })));
      costs.push(parameters(plan({ method: "random", draws: 1, ...options })));
      expect(new Set(costs).size).toBe(1);
      const placed = plan({ method: "placement", ranks: options.ranks }).filter(({ draw }) => draw === 3);
      expect(parameters(placed)).toBe(parameters(plan({ method: "budget", ...options, critical: 1 })));
    }),
    { numRuns: 20 },
  );
});

describe("budget", () => {
  test("has one rank everywhere if the budget divides: 14 for (8, 32) with 2 of 8 critical layers", () => {
    expect(ranks(plan({ method: "budget", ranks: [8, 32], critical: 2 }))).toEqual(
      new Array(layers).fill(14),
    );
  });

  test("spreads a remainder evenly over the depth, with ranks that differ by at most one", () => {
    expect(spread(18, 8)).toEqual([2, 2, 2, 3, 2, 2, 2, 3]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 48 }), (total, layers) => {
        const ranks = spread(total, layers);
        expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBe(total);
        expect(Math.max(...ranks) - Math.min(...ranks)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("full", () => {
  test("trains every parameter", () => {
    const rows = plan({ method: "full" });
    expect(rows.every(({ kind, rank }) => kind === "full" && rank === 0)).toBe(true);
    expect(parameters(rows)).toBeGreaterThan(8 * 12 * 64 * 64);
  });
});

describe("the configuration", () => {
  test("suggests the closest method", () => {
    expect(() => plan({ method: "circiut", ranks: [8, 32] })).toThrow("did you mean `circuit`?");
  });

  test("refuses more critical layers than there are, two plans of one name, and a linear named twice", () => {
    expect(() => plan({ method: "random", ranks: [8, 32], critical: 9 })).toThrow("at most 8");
    expect(() => plan({ method: "budget", ranks: [8, 32], critical: 9 })).toThrow("at most 8");
    const twice = [
      { name: "a", method: "full" },
      { name: "a", method: "uniform", rank: 2 },
    ];
    expect(() => parseConfig(configSchema, { plans: twice })).toThrow("two plans have the same name");
    expect(() => plan({ method: "uniform", rank: 2, modules: ["dense", "dense"] })).toThrow("named twice");
  });
});
