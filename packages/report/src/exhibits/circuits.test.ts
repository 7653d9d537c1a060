import { describe, expect, test } from "vitest";
import { column, legendOf, svgOf } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { circuitSize } from "./circuit-size.ts";
import { circuits, mainFraction } from "./circuits.ts";
import type { Exhibit } from "./exhibit.ts";

/** A circuit's row at a step and of a fraction, otherwise as the first one. */
const circuitRow = (step: number, fraction: number) => ({ ...results.circuits[0]!, step, fraction });

describe("circuits", () => {
  const rows = [circuitRow(0, 0.05), circuitRow(1, 0.05), circuitRow(0, 0.1), circuitRow(0, 0.2)];

  test("the main fraction is the one whose changes are known, else the one at the most checkpoints, whatever the order", () => {
    expect(mainFraction(rows)).toBe(0.05);
    expect(mainFraction([...rows].reverse())).toBe(0.05);
    expect(mainFraction([])).toBeUndefined();
    expect(mainFraction(rows, [{ size: 0.2 }])).toBe(0.2);
    expect(mainFraction(rows, [{ size: 0.3 }])).toBe(0.05);
  });

  test("at every checkpoint only the main fraction is shown", () => {
    const exhibit = circuits({ ...results, circuits: rows })!;
    expect(column(exhibit, "step").values).toEqual([0, 1]);
    expect(exhibit.caption).toContain("Circuits of 5.0% of the edges");
  });

  test("are shown by size only at checkpoints with several sizes", () => {
    expect(column(circuitSize({ ...results, circuits: rows })!, "step").values).toEqual([0, 0, 0]);
    expect(circuitSize({ ...results, circuits: rows.slice(0, 2) })).toBeUndefined();
  });
});

test("faithfulness is a fraction, like all other values", () => {
  const { values, shown } = column(circuits(results)!, "faithfulness");
  expect(values).toEqual([0.9, 0.1, 0.9, 0.1]);
  expect(shown[0]).toBe("90.0%");
});

test("the legend names found and random circuits and the model; each run has its own lines, and the line of random circuits is their mean", () => {
  expect(legendOf(circuits(results)!)).toEqual(["found circuit", "random circuit", "whole model"]);
  const other = results.circuits.map((row) => ({ ...row, seed: 2 }));
  const several = circuits({ ...results, circuits: [...results.circuits, ...other] })!;
  expect(legendOf(several)).toEqual(legendOf(circuits(results)!));
  const draws = results.circuits.filter(({ kind }) => kind === "random");
  const drawn = circuits({ ...results, circuits: [...results.circuits, ...draws] })!;
  const paths = (exhibit: Exhibit) =>
    [...svgOf(exhibit).querySelectorAll("[aria-label=line] path")].map((path) => path.getAttribute("d"));
  expect(paths(drawn)).toEqual(paths(circuits(results)!));
  expect(paths(several)).toHaveLength(2 * paths(drawn).length);
});
