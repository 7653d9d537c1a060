import { describe, expect, test } from "vitest";
import { column, svgOf } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { accuracy } from "./accuracy.ts";

/** The height of every figure, in pixels. */
const [HEIGHT, MARGIN_BOTTOM] = [340, 44];

describe("accuracy", () => {
  test("is the mean over the seeds of each plan and step", () => {
    const exhibit = accuracy(results)!;
    expect(exhibit.rows.map(([plan, step]) => `${plan} ${step}`)).toEqual([
      "lora-r8 0",
      "lora-r8 2",
      "circuit-lora 0",
      "circuit-lora 2",
    ]);
    expect(column(exhibit, "seeds").values).toEqual([3, 3, 3, 3]);
    expect(column(exhibit, "meanAccuracy").shown).toEqual(["10.0%", "72.0%", "10.0%", "82.0%"]);
  });

  test("is drawn between 0 and 100%, wherever its interval ends", () => {
    const wide = results.metrics.map((row) => ({ ...row, heldOutAccuracy: row.seed === 1 ? 0.9 : 0.02 }));
    const exhibit = accuracy({ ...results, metrics: wide })!;
    expect(Number(column(exhibit, "lowAccuracy").values[0])).toBeLessThan(0);
    const paths = [...svgOf(exhibit).querySelectorAll("[aria-label=area] path")];
    const heights = paths.flatMap((path) =>
      [...path.getAttribute("d")!.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y)),
    );
    expect(heights.length).toBeGreaterThan(0);
    expect(Math.max(...heights)).toBeLessThanOrEqual(HEIGHT - MARGIN_BOTTOM);
  });
});
