import { describe, expect, test } from "vitest";
import { circuits, edgeOf, largeCircuits } from "../../testing/circuits-to-view.ts";
import { embedCircuits } from "../embed.ts";
import { decodeCircuits, fateOf, POSITIONS, thresholdsOf } from "./circuit.js";
import { strongest } from "./edge-list.js";
import { countVisible, initialState, type State, strengthOf, visibleEdges } from "./state.js";

/** The names of the edges that a state shows, by fate. */
function shown(choice: Partial<State>) {
  const visible = visibleEdges(circuits, { ...initialState(circuits), ...choice });
  const name = (edge: number) =>
    `${circuits.nodes[circuits.sources[edge]!]}->${circuits.nodes[circuits.destinations[edge]!]}`;
  return Object.values(visible).map((edges) => edges.map(name).join(" "));
}
const all = { kept: true, removed: true, added: true };
const [kept, removed, both] = ["input->a0.h1", "input->m0", "a0.h1->logits"];

describe("the edges that are shown: kept, removed, added", () => {
  test.each<[string, Partial<State>, string[]]>([
    ["at first", {}, [`${kept} ${both}`, removed, "m0->logits"]],
    ["those before", { show: "before" }, [`${kept} ${both}`, removed, ""]],
    ["those after", { show: "after" }, [`${kept} ${both}`, "", "m0->logits"]],
    ["from the first checkpoint to the second", { after: 1 }, [kept, `${removed} ${both}`, "input->m1"]],
    ["from the second to the last", { before: 1 }, [kept, "input->m1", `${both} m0->logits`]],
    ["backwards", { before: 2, after: 0 }, [`${kept} ${both}`, "m0->logits", removed]],
    ["of a single checkpoint", { before: 1, after: 1 }, [`${kept} input->m1`, "", ""]],
    ["without kept ones", { shown: { ...all, kept: false } }, ["", removed, "m0->logits"]],
    ["only added ones", { shown: { ...all, kept: false, removed: false } }, ["", "", "m0->logits"]],
    ["of a node, in and out", { node: 2 }, [`${kept} ${both}`, "", ""]],
    ["of a node without any", { node: 1 }, ["", "", ""]],
    ["the strongest of each circuit", { position: POSITIONS }, [kept, "", ""]],
  ])("%s", (_, choice, edges) => expect(shown(choice)).toEqual(edges));

  test("those whose |score| reaches their own circuit's threshold, in a circuit that is shown", () => {
    // Of three edges, positions up to 16 keep 3 (3^0.84 = 2.5), up to 63 keep 2 (3^0.37 = 1.5).
    expect(shown({ position: 16 })).toEqual(shown({}));
    expect(shown({ position: 40 })).toEqual([`${kept} ${both}`, "", ""]);
    expect(shown({ position: 70, show: "before" })).toEqual([kept, "", ""]);
    // 30 is above the threshold of 2 before, but not above that of 40 after.
    expect(shown({ position: 70, before: 2, after: 2 })).toEqual([kept, "", ""]);
  });
});

test("thresholds rise from 0 to the largest |score|, by shares of the edges", () => {
  const scores = Float32Array.from({ length: 256 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));
  const thresholds = thresholdsOf(Float32Array.of(...scores, Number.NaN));
  expect([thresholds[0], thresholds.at(-1), thresholds.length]).toEqual([0, 256, POSITIONS + 1]);
  // Halfway, 256^0.5 = 16 edges are left: 241 to 256.
  expect(thresholds[50]).toBe(241);
  expect(thresholdsOf(Float32Array.of(Number.NaN)).at(-1)).toBe(0);
});

test("an edge is added, removed or kept by the checkpoints that have it, even with a score of 0", () => {
  const fates = [fateOf(0, 1), fateOf(Number.NaN, 0), fateOf(-1, Number.NaN), fateOf(Number.NaN, Number.NaN)];
  expect(fates).toEqual(["kept", "added", "removed", undefined]);
});

test("the list has the strongest edges first, as shares of their circuit's largest |score|", () => {
  const state = initialState(circuits);
  const listed = strongest(circuits, state, visibleEdges(circuits, state)).map(({ edge }) => edge);
  expect(listed).toEqual([
    edgeOf("input", "a0.h1"), // 1
    edgeOf("a0.h1", "logits"), // 30 / 40
    edgeOf("m0", "logits"), // 10 / 40
    edgeOf("input", "m0"), // 0.5 / 4
  ]);
  const before = strengthOf(circuits, { ...state, show: "before" }, edgeOf("a0.h1", "logits"));
  expect(before).toBe(0.5);
});

test("a large circuit opens with its strongest edges, at most 400 and as many as fit", () => {
  const large = decodeCircuits(embedCircuits(largeCircuits()));
  const state = initialState(large);
  const count = (position: number) => countVisible(visibleEdges(large, { ...state, position }));
  expect(count(0)).toBeGreaterThan(10_000);
  expect(count(state.position)).toBeLessThanOrEqual(400);
  expect(count(state.position - 1)).toBeGreaterThan(400);
});
