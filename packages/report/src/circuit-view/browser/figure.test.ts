import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { circuits, edgeOf } from "../../testing/circuits-to-view.ts";
import { fates } from "./circuit.js";
import { asScore, describeEdge, describeNode, describeView } from "./describe.js";
import { figureOf, lineOf } from "./figure.js";
import { initialState, type State, visibleEdges } from "./state.js";

const initial = initialState(circuits);
const visible = visibleEdges(circuits, initial);
const nodeOf = (name: string) => circuits.nodes.indexOf(name);

test("the saved figure has exactly the edges shown, a legend with counts, labels, fonts, and nothing from elsewhere", () => {
  const caption = describeView(circuits, initial, visible);
  const text = figureOf(circuits, visible, { caption, compared: true });
  const { document } = parseHTML(text);
  const count = (selector: string) => document.querySelectorAll(selector).length;
  expect(fates.map((fate) => count(`g.${fate} path`))).toEqual([2, 1, 1]);
  const legend = [...document.querySelectorAll('[aria-label="legend"] text')].map((part) => part.textContent);
  expect(legend).toEqual(["kept (2)", "removed (1)", "added (1)"]);
  expect(count(".labels text")).toBe(circuits.layers);
  expect(document.querySelector("svg")!.getAttribute("font-family")).toContain("sans-serif");
  expect(document.querySelector("title")!.textContent).toBe(circuits.title);
  expect(text).not.toMatch(/href|url\(|class="node"|NaN|undefined/);
  // Nodes without a shown edge are dots: here all but input, a0.h1, m0 and logits.
  expect([count(".nodes g"), count(".nodes > circle")]).toEqual([4, 4]);
});

test("edges of different fates differ in colour, and in dashes or width, however many there are", () => {
  for (const count of [10, 1000, 12_000]) {
    const lines = fates.map((fate) => lineOf(fate, count));
    expect(new Set(lines.map(({ color }) => color)).size).toBe(3);
    expect(lines.map(({ dash }) => dash.length > 0)).toEqual([false, true, false]);
  }
  expect(lineOf("added", 100).width).toBeGreaterThan(2 * lineOf("kept", 100).width);
});

test.each<[string, Partial<State>, string]>([
  ["two checkpoints", {}, "step 0 and step 2: 4 of 4 edges shown."],
  ["one of them", { show: "after" }, "step 2, compared with step 0: 3 of 3 edges shown."],
  ["one alone", { before: 1, after: 1 }, "step 1: 2 of 2 edges shown."],
  [
    "filters",
    { position: 100, shown: { kept: true, removed: false, added: true }, node: 2 },
    "step 0 and step 2: 1 of 4 edges shown; |score| ≥ 4.00 before or ≥ 40.0 after; without removed ones; only edges of a0.h1.",
  ],
])("what is shown is in words: %s", (_, choice, text) => {
  const state = { ...initial, ...choice };
  expect(describeView(circuits, state, visibleEdges(circuits, state))).toBe(text);
});

test("edges and nodes are described with their scores at both checkpoints", () => {
  expect(describeEdge(circuits, initial, edgeOf("input", "m0"))).toBe(
    "input → m0: removed; score before 0.500, after not in the circuit",
  );
  expect(describeEdge(circuits, { ...initial, before: 2 }, edgeOf("input", "a0.h1"))).toBe(
    "input → a0.h1: score 40.0",
  );
  expect(describeNode(circuits, initial, visible, nodeOf("a0.h1"))).toBe(
    "a0.h1: edges shown 1 in (scores sum to 4.00 before, 40.0 after), 1 out (scores sum to −2.00 before, 30.0 after); 2 kept, 0 removed, 0 added",
  );
  expect(describeNode(circuits, initial, visible, nodeOf("a1.h0"))).toBe("a1.h0: no edges shown");
});

test("scores have three digits, small ones an exponent", () => {
  expect([0, 0.01234, -2, 1.234e-7].map(asScore)).toEqual(["0.00", "0.0123", "−2.00", "1.23e−7"]);
});
