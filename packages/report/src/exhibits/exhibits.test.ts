import { expect, test } from "vitest";
import { legendOf, svgOf } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { exhibitMakers } from "./index.ts";

const exhibits = exhibitMakers.flatMap((make) => make(results) ?? []);

test("every figure is a self-contained SVG with its legend", () => {
  for (const exhibit of exhibits.filter(({ figure }) => figure)) {
    expect(exhibit.figure).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(legendOf(exhibit).length).toBeGreaterThan(0);
    const svg = svgOf(exhibit);
    const [, top, , height] = svg.getAttribute("viewBox")!.split(" ").map(Number);
    expect(Number(svg.getAttribute("height"))).toBe(height);
    for (const text of svg.querySelectorAll("[aria-label=legend] text"))
      expect(Number(text.getAttribute("y"))).toBeGreaterThan(top!);
  }
});

test("CSV columns have simple, distinct names, and every row has all of them", () => {
  for (const { columns, rows, bySeed = { columns: [], rows: [] } } of exhibits) {
    for (const table of [{ columns, rows }, bySeed]) {
      const names = table.columns.map(({ name }) => name);
      for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]*$/);
      expect(new Set(names).size).toBe(names.length);
      for (const row of table.rows) expect(row.length).toBe(names.length);
    }
  }
});
