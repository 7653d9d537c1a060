import { expect, test } from "vitest";
import { lineStyles } from "./draw.ts";
import { panels, updatesAxis } from "./panels.ts";

test("twenty-one series differ in colour or dashes, and the legend shows both", () => {
  const names = Array.from({ length: 21 }, (_, i) => `plan ${i}`);
  const { color, dashOf, legend } = lineStyles(names);
  const looks = names.map((name, i) => `${color.range[i]} ${dashOf(name)}`);
  expect(new Set(looks).size).toBe(names.length);
  expect(legend.map((entry) => `${entry.color} ${entry.dash}`)).toEqual(looks);
});

test("panels are in rows of three, in the order of their names; fewer are one row", () => {
  const names = ["a", "b", "c", "d"];
  const { fx, fy, rows } = panels(names);
  expect(names.map((name) => [fx(name), fy(name)])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [0, 1],
  ]);
  expect(rows).toBe(2);
  expect(panels(["a", "b"]).options.fx!.domain).toEqual([0, 1]);
});

test("ticks of updates are evenly spaced on the scale of roots, from 0 to the last at most", () => {
  const { domain, ticks } = updatesAxis(400);
  expect([domain, ticks]).toEqual([
    [0, 400],
    [0, 25, 100, 230, 400],
  ]);
  expect(updatesAxis(2).ticks).toEqual([0, 1, 2]);
});
