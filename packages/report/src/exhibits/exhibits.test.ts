import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { results } from "../testing/results.ts";
import { circuits } from "./circuits.ts";
import { exhibitMakers } from "./index.ts";
import { learningRates } from "./learning-rates.ts";
import { methods } from "./methods.ts";

const exhibits = exhibitMakers.flatMap((make) => make(results) ?? []);
const svgOf = (figure: string) =>
  parseHTML(`<html><body>${figure}</body></html>`).document.querySelector("svg")!;
const legendOf = (figure: string) =>
  [...svgOf(figure).querySelectorAll("[aria-label=legend] text")].map(({ textContent }) => textContent);

test("every figure is one drawing that can be opened alone, with its legend in it", () => {
  for (const { figure } of exhibits.filter(({ figure }) => figure)) {
    expect(figure).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(legendOf(figure!).length).toBeGreaterThan(0);
    const svg = svgOf(figure!);
    const [, top, , height] = svg.getAttribute("viewBox")!.split(" ").map(Number);
    expect(Number(svg.getAttribute("height"))).toBe(height);
    for (const text of svg.querySelectorAll("[aria-label=legend] text"))
      expect(Number(text.getAttribute("y"))).toBeGreaterThan(top!);
  }
  const { figure } = circuits(results)!;
  expect(legendOf(figure!)).toEqual(["found circuit", "random circuit", "whole model"]);
});

test("names of CSV columns are plain and different, and every row has them all", () => {
  for (const { columns, rows, bySeed = { columns: [], rows: [] } } of exhibits) {
    for (const table of [{ columns, rows }, bySeed]) {
      const names = table.columns.map(({ name }) => name);
      for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]*$/);
      expect(new Set(names).size).toBe(names.length);
      for (const row of table.rows) expect(row.length).toBe(names.length);
    }
  }
});

test("faithfulness is a fraction, as all else", () => {
  const { columns, rows } = circuits(results)!;
  const at = columns.findIndex(({ name }) => name === "faithfulness");
  expect(rows.map((row) => row[at])).toEqual([0.9, 0.1, 0.9, 0.1]);
  expect(columns[at]!.format!(0.9)).toBe("90.0%");
});

test("intervals without width are not drawn, and equal values still have an axis", () => {
  const intervals = (accuracy: (seed: number) => number) => {
    const metrics = results.metrics.map((row) => ({ ...row, heldOutAccuracy: accuracy(row.seed) }));
    const svg = svgOf(methods({ ...results, metrics })!.figure!);
    expect(svg.outerHTML).not.toContain("NaN");
    return svg.querySelectorAll("[aria-label=rule] line").length;
  };
  expect(intervals((seed) => seed / 10)).toBe(2);
  expect(intervals(() => 1)).toBe(0);
  const metrics = results.metrics.filter(({ seed }) => seed === 1);
  const alone = svgOf(methods({ ...results, metrics })!.figure!);
  expect(alone.querySelectorAll("[aria-label=rule] line").length).toBe(0);
});

test("the comparison's seeds, which its figure draws, are in a table too", () => {
  const { bySeed } = methods(results)!;
  expect(bySeed!.rows).toHaveLength(6);
  expect(bySeed!.rows[0]).toEqual(["lora-r8", 1, 0.71]);
});

test("several runs are told apart, and the mean of random circuits is drawn", () => {
  const other = results.circuits.map((row) => ({ ...row, seed: 2 }));
  const several = circuits({ ...results, circuits: [...results.circuits, ...other] })!;
  expect(legendOf(several.figure!)).toContain("probe, seed 2: found circuit");
  const draws = results.circuits.filter(({ kind }) => kind === "random");
  const drawn = circuits({ ...results, circuits: [...results.circuits, ...draws] })!;
  const paths = (figure: string) =>
    [...svgOf(figure).querySelectorAll("[aria-label=line] path")].map((path) => path.getAttribute("d"));
  expect(paths(drawn.figure!)).toEqual(paths(circuits(results)!.figure!));
});

test("a rate chosen at an edge of its grid is flagged", () => {
  const [row] = results.learningRates;
  const rates = [1, 2, 3].map((learningRate) => ({ ...row!, learningRate, chosen: learningRate === 3 }));
  const flagged = learningRates({ ...results, learningRates: rates })!;
  expect(flagged.rows.map((cells) => cells.at(-1))).toEqual([false, false, true]);
  expect(flagged.caption).toContain("lora-r8: 3, the highest");
  expect(learningRates(results)!.caption).not.toContain("edge");
});
