import { createGraph } from "@ft/graph";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { collapsedNamed } from "../../../graph/src/testing/edges.ts";
import { circuits, edgeOf, threeCheckpoints } from "../testing/circuits-to-view.ts";
import { renderCircuitPage } from "./circuit-page.tsx";
import { embedCircuits, jsonForScript, pageScript } from "./embed.ts";

test("the page has every edge of every checkpoint, with its score, and none elsewhere", () => {
  const scores = (source: string, destination: string) =>
    circuits.scores.map((own) => own[edgeOf(source, destination)]);
  expect(circuits.sources).toHaveLength(5);
  expect(scores("input", "a0.h1")).toEqual([4, 3, 40]);
  expect(scores("a0.h1", "logits")).toEqual([-2, Number.NaN, 30]);
  expect(scores("input", "m1")).toEqual([Number.NaN, 1, Number.NaN]);
  expect(circuits.checkpoints).toEqual(["step 0", "step 1", "step 2"]);
});

test("circuits of different models are refused", () => {
  const other = createGraph({ layers: 3, heads: 2, parallel: true });
  const checkpoints = [
    ...threeCheckpoints.checkpoints,
    { name: "other", circuit: collapsedNamed(other, { "input->m2": 1 }) },
  ];
  expect(() => embedCircuits({ ...threeCheckpoints, checkpoints })).toThrow(
    "the circuits are of different graphs",
  );
});

test("no text can end the script element that it is in", () => {
  expect(jsonForScript({ title: "</script><script>" })).toBe('{"title":"\\u003c/script>\\u003cscript>"}');
  expect(pageScript()).not.toContain("</script");
});

test("the modules are one script without imports, in which every name is declared once", () => {
  const script = pageScript();
  expect(script.match(/^(import|export)\b.*/gm)).toBeNull();
  const names = Array.from(script.matchAll(/^(?:const|let|class|function) (\w+)/gm), ([, name]) => name);
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test("the page loads nothing, escapes texts, and labels every control", () => {
  const html = renderCircuitPage(threeCheckpoints);
  const { document } = parseHTML(html);
  expect(html.match(/url\(|@import ["']|(src|href)="/)?.[0]).toBeUndefined();
  expect(document.querySelector("h1")!.textContent).toBe(threeCheckpoints.title);
  for (const control of document.querySelectorAll("input, select")) {
    const label = control.closest("label") ?? document.querySelector(`label[for="${control.id}"]`);
    expect([control.id, (label ?? control.getAttribute("aria-label")) !== null]).toEqual([control.id, true]);
  }
});

test("a page of one circuit has no choice between checkpoints", () => {
  const hidden = (checkpoints: typeof threeCheckpoints.checkpoints) =>
    parseHTML(renderCircuitPage({ ...threeCheckpoints, checkpoints }))
      .document.getElementById("before")!
      .closest("fieldset")!
      .hasAttribute("hidden");
  expect(hidden(threeCheckpoints.checkpoints)).toBe(false);
  expect(hidden(threeCheckpoints.checkpoints.slice(1, 2))).toBe(true);
});
