import { describe, expect, test } from "vitest";
import {
  bootstrapInterval,
  bootstrapMeans,
  bootstrapVariance,
  crossedInterval,
  detectableEffect,
  differences,
  equivalenceTest,
  holm,
  meanInterval,
  pairedPower,
  pairedTest,
  pairsNeeded,
  pooledTest,
  poolTasks,
  ranks,
  signFlipTest,
  spearman,
} from "./index.ts";

describe("intervals", () => {
  test("of 1, 2, 3 are 2 +- 4.3027 / sqrt 3", () => {
    const { mean, low, high } = meanInterval([1, 2, 3]);
    expect(mean).toBe(2);
    expect(high! - mean).toBeCloseTo(4.302652729911275 / Math.sqrt(3), 6);
    expect(mean - low!).toBeCloseTo(high! - mean, 12);
  });

  test("need two values: 0 and 2 are 1 +- 12.7062, one value has none", () => {
    const { mean, low, high } = meanInterval([0, 2]);
    expect(mean).toBe(1);
    expect(high! - mean).toBeCloseTo(12.706204736432095, 6);
    expect(low! + high!).toBeCloseTo(2, 12);
    expect(meanInterval([0.5])).toEqual({ mean: 0.5, low: null, high: null });
  });
});

describe("paired differences", () => {
  const a = new Map([
    [1, 0.5],
    [2, 0.7],
    [3, 0.9],
  ]);
  const b = new Map([
    [3, 0.8],
    [2, 0.6],
    [1, 0.4],
    [4, 0],
  ]);

  test("are without a seed's common effect, and only of shared seeds", () => {
    const { mean, low, high } = meanInterval(differences(a, b));
    expect(mean).toBeCloseTo(0.1, 12);
    expect(high! - low!).toBeLessThan(1e-12);
    expect(differences(a, b)).toHaveLength(3);
    expect(differences(new Map([[1, 1]]), new Map([[2, 1]]))).toEqual([]);
  });

  test("all 0 have p = 1, all equal p = 0, and signs do not matter unless the test is one-sided", () => {
    const values = [0.4, -0.2, 0.1, 0.3, -0.1];
    const opposite = values.map((value) => -value);
    expect(pairedTest(opposite)).toBe(pairedTest(values));
    expect(pairedTest(opposite, "greater")).toBeCloseTo(1 - pairedTest(values, "greater"), 12);
    expect([pairedTest([0, 0, 0]), pairedTest([0.5, 0.5])]).toEqual([1, 0]);
  });

  test("are equivalent exactly if the 1 - 2 alpha interval is within the margin", () => {
    const values = [0.4, -0.2, 0.1, 0.3, -0.1];
    const { below, above, p, interval, equivalent } = equivalenceTest(values, 0.6);
    expect(below).toBeCloseTo(0.001784252790944412, 8);
    expect(above).toBeCloseTo(0.005912987829132471, 8);
    expect(p).toBe(above);
    expect(interval.low).toBeCloseTo(-0.143067931584622, 7);
    expect(interval.high).toBeCloseTo(0.3430679315846219, 7);
    expect(equivalent).toBe(true);
    for (const margin of [interval.high - 1e-5, interval.high + 1e-5])
      expect(equivalenceTest(values, margin).equivalent).toBe(margin > interval.high);
    expect(equivalenceTest([0.005, 0.005], 0.01).equivalent).toBe(true);
    expect(equivalenceTest([0.02, 0.02], 0.01).equivalent).toBe(false);
  });
});

test("Holm's correction keeps the order of p-values and never exceeds 1", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

describe("the sign-flip test", () => {
  const values = [1, 2, 3, -0.5, 1.5];
  /** Signs in the order of all sign vectors. */
  const everySign = (n: number) => {
    let drawn = 0;
    return { int: () => (Math.floor(drawn / n) >> (drawn++ % n)) & 1 };
  };

  test("enumerates: 4 of 32 sign vectors, half of them one-sided", () => {
    expect(signFlipTest(values)).toBe(0.125);
    expect(signFlipTest(values, { alternative: "greater" })).toBe(0.0625);
  });

  test("cannot find anything at 5% with five seeds", () => {
    expect(signFlipTest([1, 1, 1, 1, 1])).toBe(2 / 32);
  });

  test("counts sums that differ by rounding as equal", () => {
    expect(signFlipTest([-0.7, -0.8, -0.7, 0.8])).toBe(10 / 16); // 8 / 16 by the sums as rounded
  });

  test("counts the observed signs once more when sampled, so that p is never 0", () => {
    expect(signFlipTest(values, { sampled: { draws: 32, random: everySign(5) } })).toBe((1 + 4) / 33);
    expect(
      signFlipTest([1, 1], { sampled: { draws: 1, random: { int: (_, max) => (max === 1 ? 1 : 0) } } }),
    ).toBe(1);
    const alternating = {
      int: (() => {
        let i = 0;
        return () => i++ % 2;
      })(),
    };
    expect(signFlipTest([1, 1], { sampled: { draws: 9, random: alternating } })).toBe(0.1);
  });

  test("refuses to enumerate more than 20 differences", () => {
    expect(() => signFlipTest(new Array(21).fill(1))).toThrow(RangeError);
    expect(signFlipTest(new Array(20).fill(1))).toBe(2 / 2 ** 20);
  });
});

describe("the two-way bootstrap", () => {
  /** All draws of R rows and C columns, one after another. */
  const everyDraw = (R: number, C: number) => {
    let drawn = 0;
    return {
      int: () => {
        const [draw, at] = [Math.floor(drawn / (R + C)), drawn % (R + C)];
        drawn++;
        return at < R ? Math.floor(draw / R ** at) % R : Math.floor(draw / R ** R / C ** (at - R)) % C;
      },
    };
  };
  const square = [
    [1, 0],
    [3, 2],
  ];
  const wide = [
    [1, 0, 0],
    [1, 1, 0],
  ];
  const variance = (means: Float64Array) => {
    const center = means.reduce((sum, value) => sum + value, 0) / means.length;
    return means.reduce((sum, value) => sum + (value - center) ** 2, 0) / means.length;
  };

  test("crosses the drawn rows with the drawn columns: all 16 means of 2 x 2", () => {
    const means = bootstrapMeans(square, 16, everyDraw(2, 2)).sort();
    expect([...means]).toEqual([0, 0.5, 0.5, 1, 1, 1, 1.5, 1.5, 1.5, 1.5, 2, 2, 2, 2.5, 2.5, 3]);
  });

  test("has the variance of its enumeration", () => {
    expect(bootstrapVariance(square)).toBeCloseTo(0.625, 14);
    expect(bootstrapVariance(wide)).toBeCloseTo(0.0787037037037037, 14);
    expect(variance(bootstrapMeans(wide, 108, everyDraw(2, 3)))).toBeCloseTo(0.0787037037037037, 14);
  });

  test("gives a percentile interval", () => {
    const { mean, low, high } = bootstrapInterval(square, 16, everyDraw(2, 2), 0.8);
    expect([mean, low, high]).toEqual([1.5, 0.5, 2.5]);
  });
});

test("an interval over seeds and examples is never narrower than over seeds alone", () => {
  const over = (values: number[][]) => crossedInterval(values);
  const alike = [
    [1, 1],
    [2, 2],
    [3, 3],
  ];
  const seeds = meanInterval([1, 2, 3]);
  // Two examples have fewer degrees of freedom than three seeds.
  expect(over(alike).high - 2).toBeGreaterThan(seeds.high! - 2);
  const crossed = [
    [1, 4, 1],
    [2, 2, 2],
    [6, 0, 3],
  ];
  const means = meanInterval([2, 2, 3]);
  expect(over(crossed).high - over(crossed).low).toBeCloseTo(means.high! - means.low!, 10);
});

describe("pooling over tasks", () => {
  const tasks = [
    [1, 2, 3],
    [1, 2, 3],
  ];

  test("of equal tasks gives their effect under every model, with sqrt 2 less uncertainty", () => {
    for (const model of ["mean", "fixed"] as const) {
      const { mean, standardError } = poolTasks(tasks, model);
      expect(mean).toBeCloseTo(2, 12);
      expect(standardError).toBeCloseTo(1 / Math.sqrt(6), 12);
    }
    expect(poolTasks(tasks).degreesOfFreedom).toBeCloseTo(4, 12);
    expect(poolTasks(tasks, "random")).toMatchObject({ mean: 2, betweenTasks: 0, degreesOfFreedom: 1 });
    expect(
      pooledTest(
        poolTasks([
          [-1, 0, 1],
          [-2, 0, 2],
        ]),
      ),
    ).toBe(1);
  });

  test("counts every task the same unless its precision weighs it", () => {
    const uneven = [
      [0.9, 1, 1.1],
      [1, 3, 5],
    ];
    expect(poolTasks(uneven).mean).toBeCloseTo(2, 12);
    expect(poolTasks(uneven, "fixed").mean).toBeLessThan(1.1);
  });
});

describe("power", () => {
  const design = { n: 5, deviation: 2 };

  test("without an effect is the level, and does not depend on its sign", () => {
    expect(pairedPower(0, design)).toBeCloseTo(0.05, 7);
    expect(pairedPower(0, { ...design, level: 0.01 })).toBeCloseTo(0.01, 7);
    expect(pairedPower(-3, design)).toBeCloseTo(pairedPower(3, design), 10);
  });

  test("of the detectable effect is as required, and its pairs are enough but one fewer is not", () => {
    expect(pairedPower(detectableEffect(design, 0.9), design)).toBeCloseTo(0.9, 6);
    for (const effect of [0.7, 2, 40]) {
      const n = pairsNeeded(effect, design);
      expect(pairedPower(effect, { ...design, n })).toBeGreaterThanOrEqual(0.8);
      if (n > 2) expect(pairedPower(effect, { ...design, n: n - 1 })).toBeLessThan(0.8);
    }
  });
});

describe("rank correlation", () => {
  test("gives equal values the mean of their ranks", () => {
    expect(ranks([10, 20, 10, 5])).toEqual([2.5, 4, 2.5, 1]);
  });

  test("depends on the order alone", () => {
    const x = [1, 2, 3, 4, 5, 6];
    const y = [3, 1, 4, 2, 6, 5];
    expect(spearman(x.map(Math.exp), y).mean).toBeCloseTo(spearman(x, y).mean, 12);
    expect(
      spearman(
        x,
        y.map((value) => -value),
      ).mean,
    ).toBeCloseTo(-spearman(x, y).mean, 12);
  });

  test("given what explains both is gone", () => {
    const depth = [1, 2, 3, 4, 5, 6, 7, 8];
    const x = [2, 1, 4, 3, 6, 5, 8, 7];
    const y = [1, 2, 4, 3, 5, 6, 8, 7];
    expect(spearman(x, y).low).toBeGreaterThan(0);
    expect(spearman(x, y, [depth]).low).toBeLessThan(0);
  });

  test("needs four values more than quantities held fixed", () => {
    expect(() => spearman([1, 2, 3], [1, 3, 2])).toThrow(RangeError);
    expect(() => spearman([1, 2, 3, 4], [1, 3, 2, 4], [[1, 2, 4, 3]])).toThrow(RangeError);
    expect(spearman([1, 2, 3, 4], [1, 3, 2, 4]).mean).toBeCloseTo(0.8, 12);
  });
});
