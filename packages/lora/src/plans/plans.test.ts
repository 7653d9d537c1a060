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

/** The rows of one plan, options as in experiment.json. */
function plan(options: object, seed = 1): PlanRow[] {
  const { plans } = parseConfig(configSchema, { plans: [{ name: "p", ...options }] });
  return planRows(plans[0]!, { layers, modules: modulesOf(model), seed, layerSums: () => sums });
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
    expect(rows[0]).toMatchObject({ edgeChange: 1, reason: "place 8 of 8 by edge change" });
    expect(rows.find(({ layer }) => layer === 3)).toMatchObject({
      edgeChange: 7,
      reason: "place 2 of 8 by edge change: critical",
    });
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
    layerSums(...choice) {
      asked.push(choice);
      return sums;
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
  const options = { method: "random", ranks: [8, 32], critical: 2, seeds: [1, 2, 3, 4, 5, 6] };

  test("draws as many layers as asked for, anew for every seed", () => {
    const bySeed = options.seeds.map((seed) => criticalOf(plan(options).filter((row) => row.seed === seed)));
    for (const drawn of bySeed) expect(drawn).toHaveLength(2);
    for (const { rank, critical } of plan(options)) expect(rank).toBe(critical ? 32 : 8);
    expect(new Set(bySeed.map(String)).size).toBeGreaterThan(1);
  });

  test("pairs draws with seeds, each under its own number", () => {
    const drawn = new Set(plan(options).map(({ draw, seed }) => `${draw} ${seed}`));
    expect([...drawn]).toEqual(["1 1", "2 2", "3 3", "4 4", "5 5", "6 6"]);
    expect(new Set(plan({ ...options, seeds: [7, 3] }).map(({ draw, seed }) => `${draw} ${seed}`))).toEqual(
      new Set(["7 7", "3 3"]),
    );
  });

  test("draws the same layers every time, and others for another experiment's seed", () => {
    expect(plan(options)).toEqual(plan(options));
    expect(plan(options, 2)).not.toEqual(plan(options));
  });

  test("draws the same layers for a seed whichever other seeds there are", () => {
    const alone = plan({ ...options, seeds: [4] });
    expect(alone).toEqual(plan(options).filter(({ seed }) => seed === 4));
  });

  test("costs as many parameters as the circuit plan of the same ranks", () => {
    const random = plan({ ...options, seeds: [1] });
    const circuit = plan({ method: "circuit", ranks: [8, 32], critical: 2 });
    expect(parameters(random)).toBe(parameters(circuit));
  });
});

describe("budget", () => {
  test("has one rank everywhere if the budget divides: 14 for (8, 32) with 2 of 8 critical layers", () => {
    expect(ranks(plan({ method: "budget", ranks: [8, 32], critical: 2 }))).toEqual(
      new Array(layers).fill(14),
    );
  });

  test("costs exactly as many parameters as the plan it matches, also if the budget does not divide", () => {
    const rank = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(rank, rank, fc.integer({ min: 1, max: layers }), (ordinary, critical, count) => {
        const options = { ranks: [ordinary, critical], critical: count };
        expect(parameters(plan({ method: "budget", ...options }))).toBe(
          parameters(plan({ method: "circuit", ...options })),
        );
      }),
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
