import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { findings, limits } from "../claims/index.ts";
import { exhibitMakers } from "../exhibits/index.ts";
import type { Results, StageRecord } from "../results.ts";
import { results } from "../testing/results.ts";
import { renderPage } from "./report-page.tsx";

const page = (of: Results) => {
  const exhibits = exhibitMakers.map((make) => make(of)).filter((exhibit) => exhibit !== undefined);
  return {
    exhibits,
    html: renderPage({ results: of, exhibits, findings: findings(of), limits: limits(of) }),
  };
};

test("the page loads nothing from the network", () => {
  const { document } = parseHTML(page(results).html);
  expect(document.querySelectorAll("script, link, img, iframe").length).toBe(0);
  expect(
    page(results).html.match(
      /url\(|@import|(src|href)="(?!#|circuit\.html"|(tables|figures)\/[\w-]+\.(csv|svg)")/,
    )?.[0],
  ).toBeUndefined();
});

test("every exhibit has a section with its figure and its table", () => {
  const { exhibits, html } = page(results);
  const { document } = parseHTML(html);
  expect(exhibits.map(({ id }) => id)).toContain("circuit");
  for (const { id, figure, rows } of exhibits) {
    const section = document.getElementById(id)!.parentElement!;
    expect(section.querySelectorAll("tbody tr").length).toBe(rows.length);
    expect(section.querySelectorAll("svg").length > 0).toBe(figure !== undefined);
  }
});

test("text from data is escaped", () => {
  const { document } = parseHTML(page(results).html);
  expect(document.querySelector("code")!.textContent).toBe("1 < 2 =");
  expect(page(results).html).toContain("1 &amp; 2 =");
});

test("rows that were left out of the dataset are counted by reason, with their first places", () => {
  expect(parseHTML(page(results).html).document.getElementById("left-out")).toBeNull();
  const leftOut = [
    {
      reason: "the answer is not one token",
      rows: 19,
      first: ['pairs.csv, line 3: "<17>"', "pairs.csv, line 9"],
    },
    { reason: "both prompts are the same", rows: 1, first: ["pairs.csv, line 4"] },
  ];
  const manifest = { config: { join: "space", leftOut } } as unknown as StageRecord["manifest"];
  const stages = [{ name: "data", uses: "data", manifest: { ...manifest, backend: null } }];
  const { document } = parseHTML(page({ ...results, leftOut, stages }).html);
  const part = document.getElementById("left-out")!;
  expect(part.querySelector("summary")!.textContent).toBe("20 of 120 imported rows were left out");
  expect(
    [...part.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent)),
  ).toEqual([
    ["the answer is not one token", "19", 'pairs.csv, line 3: "<17>"; pairs.csv, line 9'],
    ["both prompts are the same", "1", "pairs.csv, line 4"],
  ]);
  expect(document.getElementById("run")!.parentElement!.textContent).not.toContain("leftOut");
});

test("an experiment without circuits still has a page, and the same results the same bytes", () => {
  const bare = {
    ...results,
    drawn: undefined,
    runCircuits: [],
    circuits: [],
    circuitsByKind: [],
    changes: [],
    layers: [],
  };
  expect(page(bare).exhibits.map(({ id }) => id)).toEqual([
    "methods",
    "kinds",
    "accuracy",
    "loss",
    "learning-rates",
  ]);
  const [first, second] = [page(results).html, page(results).html];
  expect(first === second).toBe(true);
});

test("added edges are drawn in the paper's blue, removed ones in its red", () => {
  const figure = page(results).exhibits.find(({ id }) => id === "circuit")!;
  expect(figure.rows.map(([edge, fate]) => `${edge} ${fate}`)).toEqual([
    "input->m0 kept",
    "input->m1 added",
    "m0->logits removed",
  ]);
  expect(figure.figure).toContain("#104670");
  expect(figure.figure).toContain("#E47159");
});
