import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { verifiableFiles, verifyFile } from "@ft/artifacts";
import { csvParse } from "d3-dsv";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accuracies } from "../testing/findings.ts";
import { finished } from "../testing/finished.ts";
import { results } from "../testing/results.ts";
import { contrastRows, placeContrasts } from "./contrast-tables.ts";
import { renderFindings } from "./findings-page.tsx";
import { indexEntries } from "./index-page.tsx";
import { findingsOf, writeFindings } from "./write-findings.ts";

const folder = mkdtempSync(join(tmpdir(), "ft-findings-"));
const out = join(folder, "out");
const read = (name: string) => readFileSync(join(out, name), "utf8");
const page = (name: string) => parseHTML(read(name)).document;
const lower = { metrics: accuracies("lora-r8", [0.7, 0.72, 0.71]) };
const found = findingsOf([finished("add-sub-300"), finished("lcm", lower)]);
const origin = { commit: "0123abc", changed: false, citation: "title: <circuits>" };

beforeAll(() => writeFindings(out, found, { origin, mark: "quick", command: "npx ft findings" }));
afterAll(() => rmSync(folder, { recursive: true }));

test("every file has a manifest, and no table that could be taken for an experiment's is written", () => {
  const written = readdirSync(out, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".manifest.json"))
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(written.filter((file) => file.endsWith(".arrow"))).toEqual([]);
  expect(verifiableFiles(out)).toEqual(written.sort());
  for (const file of written) expect(verifyFile(file).code).toMatch(/^[0-9a-f]{64}$/);
});

test("every link leads to a file and an anchor that exist", () => {
  for (const name of ["findings.html", "index.html", "experiments/lcm/report.html"]) {
    const links = [...page(name).querySelectorAll("a")].map((link) => link.getAttribute("href")!);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) {
      const [file, anchor] = link.split("#");
      const target = file === "" ? name : join(dirname(name), file!);
      expect(existsSync(join(out, target)), link).toBe(true);
      if (anchor) expect(page(target).getElementById(anchor), link).not.toBeNull();
    }
  }
});

test("nothing is loaded from the network, and text from outside is escaped", () => {
  for (const name of ["findings.html", "index.html"]) {
    expect(page(name).querySelectorAll("link, img, iframe, script[src]").length).toBe(0);
    expect(page(name).querySelector(".mark")!.textContent).toBe("quick");
  }
  expect(read("findings.html")).toContain("title: &lt;circuits>");
  expect(read("index.html")).toContain("1 &lt; 2 =");
});

test("a claim has its verdicts by experiment, pooled contrasts, controls and what would change it", () => {
  const section = page("findings.html").getElementById("claim-gain")!.parentElement!;
  expect(section.textContent).toContain("inconclusive in 2 of 2 experiments");
  expect(section.textContent).toContain("No setting can decide the claim");
  expect(section.textContent).toContain("10 random draws of layers (all)");
  expect(section.textContent).toContain("LoRA with as many parameters, spread evenly2 of 2");
  const contrasts = [...section.querySelectorAll("td")].map(({ textContent }) => textContent);
  expect(contrasts).toContain("gain-pooled-1: circuit-lora minus lora-r8");
  expect(contrasts).toContain("no difference, the paper's gain");
});

test("under its id a contrast has its values and the rows behind it", () => {
  const rowsOf = (name: string) => csvParse(read(`tables/${name}.csv`)).filter(({ id }) => id === "gain-2");
  expect(rowsOf("contrasts")).toMatchObject([
    {
      claim: "gain",
      experiment: "lcm",
      contrast: "circuit-lora minus lora-r8",
      seeds: "3",
      examples: "",
      unit: "points",
    },
  ]);
  const values = rowsOf("contrast-values").map(({ value }) => Number(value));
  expect(values.map((value) => value.toFixed(2))).toEqual(["0.11", "0.10", "0.12"]);
  expect(rowsOf("contrast-rows")).toHaveLength(6);
  expect(rowsOf("contrast-rows")[0]).toMatchObject({ experiment: "lcm", table: "metrics", step: "2" });
  const pooled = csvParse(read("tables/contrast-values.csv")).filter(({ id }) => id === "gain-pooled-1");
  expect(pooled.map(({ task }) => task)).toEqual(["add-sub-300", "lcm"]);
});

test("rows have the files that can have them: of train stages that with the plan's runs", () => {
  const read = [
    "lcm/train-a/metrics.arrow",
    "lcm/train-b/metrics.arrow",
    "lcm/x/changes.arrow",
    "lcm/y/changes.arrow",
  ];
  const metrics = results.metrics.map((row) => ({
    ...row,
    stage: row.plan === "lora-r8" ? "train-a" : "train-b",
  }));
  const lcm = { ...finished("lcm", { metrics }), read };
  const { rows, columns } = contrastRows(findingsOf([lcm]).findings.flatMap(placeContrasts), [lcm]);
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const files = new Set(rows.map((row) => `${row[at("table")]} ${row[at("plan")]}: ${row[at("files")]}`));
  expect(files).toContain("metrics lora-r8: lcm/train-a/metrics.arrow");
  expect(files).toContain("metrics circuit-lora: lcm/train-b/metrics.arrow");
  expect(files).toContain("changes probe: lcm/x/changes.arrow lcm/y/changes.arrow");
});

test("every exhibit has its section, CSV and LaTeX, and its figure if it has one", () => {
  for (const { id, points, figure, layout } of found.exhibits) {
    const section = page("findings.html").getElementById(id)!.parentElement!;
    expect(section.querySelectorAll("tbody tr")).toHaveLength(layout.rows.length);
    expect(existsSync(join(out, `tables/${id}.csv`))).toBe(points.length > 0);
    expect(read(`tables/${id}.tex`)).toContain(`\\label{tab:${id}}`);
    expect(existsSync(join(out, `figures/${id}.svg`))).toBe(figure !== undefined);
  }
});

test("what was run names commit, command, seeds and runs", () => {
  const text = page("findings.html").getElementById("run")!.parentElement!.textContent!;
  expect(text).toContain("of commit 0123abc.");
  expect(text).toContain("npx ft findings");
  expect(text).toContain(results.model.name);
  expect(text).toContain("10 circuit, 90 train");
});

test("what was run has the command, commit, machine and time of each experiment that has a record", async () => {
  const record = {
    ...{ command: "npm run reproduce -- lcm", commit: "89abcdef01234567", changed: true, node: "20.1.2" },
    machine: { processor: "a CPU", cores: 2, memoryGiB: 24, system: "linux 6" },
    seconds: { "lcm.train": 61, "lcm.plan": 1 },
  };
  const recorded = findingsOf([{ ...finished("lcm"), record }, finished("sequence")]);
  const html = renderFindings({ ...recorded, origin, command: "npx ft findings" });
  const text = parseHTML(html).document.getElementById("run")!.parentElement!.textContent!;
  expect(text).toContain("Computed on a CPU, 2 cores, 24 GiB, linux 6, with Node 20.1.2.");
  expect(text).toContain("npm run reproduce -- lcm89abcdef0123, changed1 min 2 s");
  expect(text).toContain("npx ft run sequence");
});

test("the experiments of many are listed on a click", () => {
  const names = ["add-sub-200", "add-sub-300", "lcm", "sequence", "function", "mul-div", "composition"];
  const many = findingsOf(names.map((name) => finished(name)));
  const html = renderFindings({ ...many, origin, command: "npx ft findings" });
  const section = parseHTML(html).document.getElementById("claim-rank")!.parentElement!;
  const summaries = [...section.querySelectorAll("details > summary")].map(({ textContent }) => textContent);
  expect(summaries).toContain("By experiment: 7, with verdicts and numbers");
});

test("the index lists claims, tables, figures, experiments and every verdict", () => {
  const entries = indexEntries(found);
  const count = (kind: string) => entries.filter((entry) => entry.kind === kind).length;
  expect(count("claim")).toBe(found.findings.length);
  expect(count("table") + count("figure")).toBe(found.exhibits.length);
  expect(count("experiment")).toBe(2);
  expect(count("verdict")).toBe(found.findings.reduce((sum, { tasks }) => sum + tasks.length, 0));
});
