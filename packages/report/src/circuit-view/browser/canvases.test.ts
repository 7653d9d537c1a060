import { describe, expect, test } from "vitest";
import { circuits, edgeOf } from "../../testing/circuits-to-view.ts";
import { Canvases } from "./canvases.js";
import { layOut } from "./layout.js";
import { initialState, type State, visibleEdges } from "./state.js";

/** A canvas that records nothing: only what is asked of it is counted. */
function canvas(): HTMLCanvasElement {
  const nothing = () => {};
  const context = {
    ...{ scale: nothing, clearRect: nothing, setLineDash: nothing, beginPath: nothing, moveTo: nothing },
    ...{ quadraticCurveTo: nothing, stroke: nothing, canvas: { width: 1, height: 1 } },
  };
  return { getContext: () => context, parentElement: null } as unknown as HTMLCanvasElement;
}

function open() {
  const canvases = new Canvases(circuits, {
    ...{ kept: canvas(), removed: canvas(), added: canvas(), highlight: canvas() },
  });
  const layout = layOut(circuits, 800);
  canvases.resize(layout);
  const initial = initialState(circuits);
  canvases.show(visibleEdges(circuits, initial));
  /** How many edges a choice draws: kept, removed, added, highlighted. */
  const drawnBy = (choice: () => void) => {
    const before = { ...canvases.drawn };
    choice();
    return (["kept", "removed", "added", "highlight"] as const).map(
      (name) => canvases.drawn[name] - before[name],
    );
  };
  const show = (choice: Partial<State>) =>
    drawnBy(() => canvases.show(visibleEdges(circuits, { ...initial, ...choice })));
  return { canvases, layout, drawnBy, show };
}
const none = { kept: [], removed: [], added: [] };

describe("what is drawn again", () => {
  test("is nothing if the edges stay", () => expect(open().show({})).toEqual([0, 0, 0, 0]));

  test("is one canvas if the edges of one fate change", () => {
    const { show } = open();
    expect(show({ show: "before" })).toEqual([0, 0, 0, 0]); // the added ones are only cleared
    expect(show({})).toEqual([0, 0, 1, 0]);
    expect(show({ shown: { kept: false, removed: true, added: true } })).toEqual([0, 0, 0, 0]);
    expect(show({})).toEqual([2, 0, 0, 0]);
  });

  test("is only what is highlighted, once, if the pointer moves", () => {
    const { canvases, drawnBy } = open();
    const edge = { ...none, removed: [edgeOf("input", "m0")] };
    expect(drawnBy(() => canvases.highlight(edge))).toEqual([0, 0, 0, 1]);
    expect(drawnBy(() => canvases.highlight(edge))).toEqual([0, 0, 0, 0]);
    expect(drawnBy(() => canvases.highlight(none))).toEqual([0, 0, 0, 0]);
  });

  test("is all that is shown if the size changes", () => {
    const { canvases, drawnBy, show } = open();
    drawnBy(() => canvases.resize(layOut(circuits, 700)));
    expect(show({})).toEqual([2, 1, 1, 0]);
  });
});

test("the edge at a point is the nearest one that is shown", () => {
  const { canvases, layout, show } = open();
  const [from, to] = [0, 3].map((node) => layout.nodes[node]!);
  const near = { x: (from!.x + to!.x) / 2, y: (from!.y + to!.y) / 2 };
  expect(canvases.edgeAt(near, 40)).toEqual({ edge: edgeOf("input", "m0"), fate: "removed" });
  expect(canvases.edgeAt({ x: 1, y: 1 }, 40)).toBeUndefined();
  show({ show: "after" });
  expect(canvases.edgeAt(near, 40)?.edge).not.toBe(edgeOf("input", "m0"));
});
