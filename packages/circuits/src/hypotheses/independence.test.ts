import { seededRandom } from "@ft/artifacts";
import { expect, test } from "vitest";
import { binomial, binomialTail } from "./binomial.ts";
import { testIndependence } from "./independence.ts";

const x = Float64Array.of(0.3, -1.2, 2.5, 0.9, -0.4, 1.7);
const y = Float64Array.of(1.1, 0.2, -0.5, 2.0, 0.7, -1.3);

test("the criterion is trace(K H L H) / (n - 1)^2, and p the share of permutations, by NumPy", () => {
  const { hsic, p } = testIndependence(x, y, seededRandom(1, "test"), 4000);
  expect(hsic).toBeCloseTo(0.0631607703453457, 12);
  expect(Math.abs(p - 0.1138888888888889)).toBeLessThan(0.03);
  expect(testIndependence(x, x, seededRandom(1, "test"), 10).hsic).toBeCloseTo(0.11273656057967797, 12);
});

test("neither shift nor scale of a sample matters, and no draw leaves p at 0", () => {
  const scaled = y.map((value) => 100 * value - 7);
  const { hsic } = testIndependence(x, scaled, seededRandom(1, "test"), 1);
  expect(hsic).toBeCloseTo(0.0631607703453457, 12);
  expect(testIndependence(x, x, seededRandom(1, "test"), 9).p).toBeGreaterThanOrEqual(0.1);
});

test("a constant sample is independent of everything", () => {
  const { hsic, p } = testIndependence(
    x,
    y.map(() => 2),
    seededRandom(1, "test"),
  );
  expect([hsic, p]).toEqual([expect.closeTo(0, 12), 1]);
});

test("binomial probabilities are SciPy's, also of many draws", () => {
  const ten = binomial(10, 0.3);
  expect(ten[0]).toBeCloseTo(0.7 ** 10, 14);
  expect(ten[3]).toBeCloseTo(120 * 0.3 ** 3 * 0.7 ** 7, 14);
  expect(binomialTail(100, 0.9, (k) => k <= 85)).toBeCloseTo(0.07257296526488066, 12);
  expect(binomialTail(10_000, 0.5, (k) => k >= 5000)).toBeCloseTo(0.5039893230696917, 9);
  expect([...binomial(2, 0)]).toEqual([1, 0, 0]);
  expect([...binomial(2, 1)]).toEqual([0, 0, 1]);
});
