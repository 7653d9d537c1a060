import type { EdgeRow } from "@ft/artifacts";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { placeNode } from "../figures/circuit-layout.ts";
import { asPercent } from "../format.ts";
import { results } from "../testing/results.ts";
import { accuracy } from "./accuracy.ts";
import { change } from "./change.ts";
import { circuitSize } from "./circuit-size.ts";
import { circuits, mainFraction } from "./circuits.ts";
import { drawing } from "./drawing.ts";
import type { Exhibit } from "./exhibit.ts";
import { loss } from "./loss.ts";
import { methods } from "./methods.ts";

/** The cells of a column, and as the page writes them. */
function column({ columns, rows }: Exhibit, name: string) {
  const at = columns.findIndex((column) => column.name === name);
  const values = rows.map((row) => row[at]!);
  return { values, shown: values.map((value) => columns[at]!.format?.(Number(value))) };
}

const svg = ({ figure }: Exhibit) => parseHTML(`<body>${figure}</body>`).document;

/** A circuit's row at a step and of a fraction, otherwise as the first one. */
const circuitRow = (step: number, fraction: number) => ({ ...results.circuits[0]!, step, fraction });

test("percentages have one decimal", () => {
  expect(asPercent(0.1234)).toBe("12.3%");
});

test("methods: differences have a sign, in points", () => {
  const { shown } = column(methods(results)!, "difference");
  expect(shown[0]).toBe("-10.00");
  const better = results.metrics.map((row) =>
    row.run === "lora-r8" && row.step === 2 ? { ...row, heldOutAccuracy: 0.85 + row.seed / 100 } : row,
  );
  expect(column(methods({ ...results, metrics: better })!, "difference").shown[0]).toBe("+5.00");
});

describe("accuracy", () => {
  test("is the mean over the seeds of each run and step", () => {
    const exhibit = accuracy(results)!;
    expect(exhibit.rows.map(([run, step]) => `${run} ${step}`)).toEqual([
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
    const paths = [...svg(exhibit).querySelectorAll("[aria-label=area] path")];
    const heights = paths.flatMap((path) =>
      [...path.getAttribute("d")!.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y)),
    );
    expect(heights.length).toBeGreaterThan(0);
    expect(Math.max(...heights)).toBeLessThanOrEqual(HEIGHT - MARGIN_BOTTOM);
  });
});

/** Of every figure, in pixels. */
const [HEIGHT, MARGIN_BOTTOM] = [340, 44];

test("loss: what was measured before training is not a training loss", () => {
  const steps = new Set(column(loss(results)!, "step").values);
  expect([...steps]).toEqual([2]);
});

describe("circuits", () => {
  const rows = [circuitRow(0, 0.05), circuitRow(1, 0.05), circuitRow(0, 0.1), circuitRow(0, 0.2)];

  test("the main fraction is the one at the most checkpoints, whichever comes first", () => {
    expect(mainFraction(rows)).toBe(0.05);
    expect(mainFraction([...rows].reverse())).toBe(0.05);
    expect(mainFraction([])).toBeUndefined();
  });

  test("at every checkpoint are those of the main fraction", () => {
    const exhibit = circuits({ ...results, circuits: rows })!;
    expect(column(exhibit, "step").values).toEqual([0, 1]);
    expect(exhibit.caption).toContain("The 5.0% of edges");
  });

  test("are shown by size only at checkpoints with several sizes", () => {
    expect(column(circuitSize({ ...results, circuits: rows })!, "step").values).toEqual([0, 0, 0]);
    expect(circuitSize({ ...results, circuits: rows.slice(0, 2) })).toBeUndefined();
  });
});

test("change: nodes and edges are drawn at their own rates", () => {
  const height = (fill: string) =>
    new Set(
      [...svg(change(results)!).querySelectorAll(`circle[fill="${fill}"]`)].map((c) => c.getAttribute("cy")),
    );
  const [nodes, edges] = [height("#888888"), height("#D55E00")];
  expect([nodes.size, edges.size]).toEqual([1, 1]);
  expect(Number([...nodes][0])).toBeGreaterThan(Number([...edges][0]));
});

describe("the drawing of two circuits", () => {
  const [first] = results.edges as [EdgeRow];
  const row = (
    step: number,
    source: string,
    destination: string,
    score: number,
    more: Partial<EdgeRow> = {},
  ) => ({
    ...first,
    step,
    source,
    destination,
    edge: `${source}->${destination}`,
    score,
    inCircuit: true,
    ...more,
  });
  const draw = (edges: EdgeRow[], percentile = 0) =>
    drawing({ ...results, edges, config: { percentile } })!.rows;

  test("adds up the scores of a head's q, k and v", () => {
    const rows = draw([
      row(0, "input", "a0.h0", 2, { port: "q" }),
      row(0, "input", "a0.h0", -5, { port: "k" }),
      row(2, "input", "a0.h0", 4, { port: "v" }),
    ]);
    expect(rows).toEqual([["input->a0.h0", "kept", -3, 4]]);
  });

  test("has the circuits' edges whose |score| reaches the percentile of all edges, whatever its sign", () => {
    const edges = [
      row(0, "input", "m0", -3),
      row(0, "input", "m1", 2),
      row(0, "m0", "m1", 1),
      row(0, "m0", "logits", 4, { inCircuit: false }),
      row(0, "m1", "logits", 0.5),
      row(2, "input", "m1", 1),
    ];
    // The median of 0.5, 1, 2, 3, 4 is 2; at step 2 it is the only edge's.
    expect(draw(edges, 50)).toEqual([
      ["input->m0", "removed", -3, null],
      ["input->m1", "kept", 2, 1],
    ]);
  });

  test("compares the first checkpoint with the last", () => {
    const rows = draw([row(0, "input", "m0", 1), row(1, "input", "logits", 1), row(2, "input", "m1", 1)]);
    expect(rows.map(([edge, fate]) => [edge, fate])).toEqual([
      ["input->m0", "removed"],
      ["input->m1", "added"],
    ]);
  });

  test("has the input below the layers and the logits above them, an MLP to the right of its layer's heads", () => {
    const places = ["input", "a0.h1", "m0", "a1.h0", "m1", "logits"].map((node) => placeNode(node, 2, 2));
    expect(places.map(({ x, y }) => [x, y])).toEqual([
      [1, 0],
      [1, 1],
      [2.5, 1],
      [0, 2],
      [2.5, 2],
      [1, 3],
    ]);
  });
});
