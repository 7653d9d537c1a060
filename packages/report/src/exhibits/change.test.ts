import { expect, test } from "vitest";
import { svgOf } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { change } from "./change.ts";

test("nodes and edges are drawn with their change rates", () => {
  const height = (fill: string) =>
    new Set(
      [...svgOf(change(results)!).querySelectorAll(`circle[fill="${fill}"]`)].map((c) =>
        c.getAttribute("cy"),
      ),
    );
  const [nodes, edges] = [height("#888888"), height("#D55E00")];
  expect([nodes.size, edges.size]).toEqual([1, 1]);
  expect(Number([...nodes][0])).toBeGreaterThan(Number([...edges][0]));
});
