import { expect, test } from "vitest";
import { growth } from "../testing/growth.ts";
import { axisNames } from "./axes.ts";
import { growthFigure } from "./growth-figure.ts";

test("a figure is an SVG that stands alone, with a dot for every point and every series by name", () => {
  for (const axis of axisNames) {
    const figure = growthFigure(axis, growth[axis]);
    expect(figure).toMatch(/^<svg[^>]* xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    const points = growth[axis].flatMap((series) => series.points);
    expect(figure.match(/<circle/g)).toHaveLength(points.length);
    for (const { setup } of growth[axis]) expect(figure).toContain(setup.job);
  }
});
