import { expect, test } from "vitest";
import { column, svgOf } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { methods } from "./methods.ts";

test("differences have a sign, in points", () => {
  const { shown } = column(methods(results)!, "difference");
  expect(shown[0]).toBe("-10.00");
  const better = results.metrics.map((row) =>
    row.plan === "lora-r8" && row.step === 2 ? { ...row, heldOutAccuracy: 0.85 + row.seed / 100 } : row,
  );
  expect(column(methods({ ...results, metrics: better })!, "difference").shown[0]).toBe("+5.00");
});

test("zero-width intervals are not drawn, and equal values still have an axis", () => {
  const intervals = (accuracy: (seed: number) => number) => {
    const metrics = results.metrics.map((row) => ({ ...row, heldOutAccuracy: accuracy(row.seed) }));
    const svg = svgOf(methods({ ...results, metrics })!);
    expect(svg.outerHTML).not.toContain("NaN");
    return svg.querySelectorAll("[aria-label=rule] line").length;
  };
  expect(intervals((seed) => seed / 10)).toBe(2);
  expect(intervals(() => 1)).toBe(0);
  const metrics = results.metrics.filter(({ seed }) => seed === 1);
  const alone = svgOf(methods({ ...results, metrics })!);
  expect(alone.querySelectorAll("[aria-label=rule] line").length).toBe(0);
});

test("the values by seed, which the figure shows, are in a table too", () => {
  const { bySeed } = methods(results)!;
  expect(bySeed!.rows).toHaveLength(6);
  expect(bySeed!.rows[0]).toEqual(["lora-r8", 1, 0.71]);
});
