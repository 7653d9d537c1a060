import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findRunCircuits } from "@ft/graph";
import { parseHTML } from "linkedom";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, openBrowser, skipped } from "../testing/browser.ts";
import { largeCircuits, threeCheckpoints } from "../testing/circuits-to-view.ts";
import { renderCircuitPage } from "./circuit-page.tsx";
import type { CircuitsToView } from "./embed.ts";

const reference = join(import.meta.dirname, "../../../../../shared/reference/finetune-circuits");
const published = ["graph_add_sub_mul_div_1.4b_epoch0", "graph_add_sub_mul_div_1.4b_r2_epoch4"];

/** The paper's published circuits of Pythia-1.4B or, if they are not there, made-up ones of the same size. */
function twelveThousandEdges(): CircuitsToView {
  const files = published.map((name) => join(reference, `${name}.json`));
  if (!files.every(existsSync)) return largeCircuits();
  const checkpoints = files.map((file, i) => ({
    name: `epoch ${4 * i}`,
    circuit: findRunCircuits(file, {})[0]!.collapsed,
  }));
  return { title: "Pythia-1.4B", about: "Published by the paper's authors.", checkpoints };
}

const folder = mkdtempSync(join(tmpdir(), "circuit-view-"));
let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Opens the page as a file for a test; whatever it complains about or loads from elsewhere is an error. */
async function withPage(circuits: CircuitsToView, width: number, use: (page: Page) => Promise<void>) {
  const url = pathToFileURL(join(folder, "circuit.html")).href;
  writeFileSync(join(folder, "circuit.html"), renderCircuitPage(circuits));
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const seen: string[] = [];
  page.on("request", (request) => request.url().startsWith("blob:") || seen.push(request.url()));
  page.on("console", (message) => seen.push(message.text()));
  page.on("pageerror", (error) => seen.push(error.message));
  await page.goto(url);
  await use(page);
  expect(seen).toEqual([url]);
  await page.close();
}

/** How many edges a person's action draws, by canvas: only what changes. */
async function drawnBy(page: Page, action: () => Promise<unknown>): Promise<Record<string, number>> {
  const drawn = () => page.evaluate<Record<string, number>>("({ ...circuitView.drawn })");
  const before = await drawn();
  await action();
  const after = await drawn();
  return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name]!]));
}

const textOf = (page: Page, id: string) => page.locator(`#${id}`).textContent();
const setRange = (page: Page, id: string, value: number) => page.locator(`#${id}`).fill(`${value}`);
const node = (page: Page, name: string) => page.locator(`[aria-label="${name}"]`);
const ink = (page: Page, name: string) =>
  page.evaluate<number>(`(() => {
    const canvas = document.getElementById("canvas-${name}");
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, i) => i % 4 === 3 && value > 0).length;
  })()`);

describe.skipIf(!hasBrowser)(`a person${skipped}`, () => {
  test("moves between checkpoints, and sees the edges before, after or of both", () =>
    withPage(threeCheckpoints, 1280, async (page) => {
      expect(await textOf(page, "summary")).toBe("step 0 and step 2: 4 of 4 edges shown.");
      expect(
        [await ink(page, "kept"), await ink(page, "added"), await ink(page, "removed")].every(Boolean),
      ).toBe(true);
      await page.getByLabel("before", { exact: true }).check();
      expect(await textOf(page, "summary")).toBe("step 0, compared with step 2: 3 of 3 edges shown.");
      expect(await ink(page, "added")).toBe(0);
      await page.getByLabel("both").check();
      await page.getByLabel("After:").press("ArrowLeft");
      expect(await textOf(page, "after-text")).toBe("step 1");
      expect(await textOf(page, "summary")).toBe("step 0 and step 1: 4 of 4 edges shown.");
      await page.getByRole("button", { name: "Reset" }).click();
      expect(await textOf(page, "after-text")).toBe("step 2");
    }));

  test("points at nodes and edges, and reads their scores", () =>
    withPage(threeCheckpoints, 1280, async (page) => {
      expect(await drawnBy(page, () => node(page, "a0.h1").hover())).toEqual({
        ...{ kept: 0, removed: 0, added: 0, highlight: 2 },
      });
      expect(await textOf(page, "tooltip")).toContain(
        "a0.h1: edges shown 1 in (scores sum to 4.00 before, 40.0 after)",
      );
      const [from, to] = [await node(page, "input").boundingBox(), await node(page, "a0.h1").boundingBox()];
      await page.mouse.move((from!.x + to!.x + to!.width) / 2, (from!.y + to!.y + to!.height) / 2);
      expect(await textOf(page, "tooltip")).toBe("input → a0.h1: kept; score before 4.00, after 40.0");
      expect(await textOf(page, "details")).toBe(await textOf(page, "tooltip"));
      await page.mouse.move(2, 2);
      expect([await page.locator("#tooltip").isVisible(), await ink(page, "highlight")]).toEqual([false, 0]);
    }));

  test("reaches nodes and edges by keyboard alone", () =>
    withPage(threeCheckpoints, 1280, async (page) => {
      await page.getByRole("button", { name: "Save as SVG" }).focus();
      await page.keyboard.press("Tab");
      expect(await textOf(page, "details")).toMatch(/^input: /);
      await page.keyboard.press("ArrowUp");
      expect(await textOf(page, "details")).toMatch(/^a0.h1: /);
      await page.keyboard.press("ArrowRight");
      expect(await textOf(page, "details")).toMatch(/^m0: edges shown 1 in/);
      await page.keyboard.press("Enter");
      expect(await textOf(page, "summary")).toContain("2 of 4 edges shown; only edges of m0.");
      await page.keyboard.press("Escape");
      expect(await textOf(page, "summary")).toBe("step 0 and step 2: 4 of 4 edges shown.");
      await page.keyboard.press("End");
      expect(await textOf(page, "details")).toMatch(/^logits: /);
      await page.locator("#edges").focus();
      await page.keyboard.press("ArrowDown");
      expect(await textOf(page, "details")).toBe("input → a0.h1: kept; score before 4.00, after 40.0");
    }));

  test("filters by score, by fate and by node", () =>
    withPage(threeCheckpoints, 1280, async (page) => {
      await setRange(page, "threshold", 100);
      expect(await textOf(page, "summary")).toContain(
        "1 of 4 edges shown; |score| ≥ 4.00 before or ≥ 40.0 after",
      );
      await setRange(page, "threshold", 0);
      await page.getByLabel("removed").uncheck();
      expect(await textOf(page, "summary")).toContain("3 of 4 edges shown; without removed ones");
      await node(page, "m0").click();
      expect(await textOf(page, "summary")).toContain(
        "1 of 4 edges shown; without removed ones; only edges of m0",
      );
      await page.getByRole("button", { name: "All nodes" }).click();
      await page.getByRole("button", { name: "Reset" }).click();
      expect(await textOf(page, "summary")).toBe("step 0 and step 2: 4 of 4 edges shown.");
    }));

  test("saves what is shown as an SVG that stands alone", () =>
    withPage(threeCheckpoints, 1280, async (page) => {
      await page.getByLabel("kept").uncheck();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save as SVG" }).click();
      const saved = join(folder, "saved.svg");
      await (await download).saveAs(saved);
      const { document } = parseHTML(readFileSync(saved, "utf8"));
      expect(document.querySelectorAll("path")).toHaveLength(2);
      // A browser shows it as it is, and every text is inside.
      const alone = await browser.newPage();
      await alone.goto(pathToFileURL(saved).href);
      const outside = await alone.evaluate<string[]>(`[...document.querySelectorAll("text")]
      .filter((text) => { const box = text.getBoundingClientRect(); const all = document.documentElement.getBoundingClientRect();
        return box.left < 0 || box.right > all.right || box.bottom > all.bottom; }).map((text) => text.textContent)`);
      expect(outside).toEqual([]);
      await alone.close();
    }));

  test("reads it at a width of 800 pixels, and in print", () =>
    withPage(twelveThousandEdges(), 800, async (page) => {
      expect(await page.evaluate("document.body.scrollWidth <= innerWidth")).toBe(true);
      expect(await page.evaluate("stage.scrollWidth <= stage.clientWidth")).toBe(true);
      const overflowing = await page.evaluate(`[...document.querySelectorAll("fieldset *, p")]
      .filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display === "block" && part.tagName !== "OPTION")
      .map((part) => part.id || part.textContent)`);
      expect(overflowing).toEqual([]);
      await page.emulateMedia({ media: "print" });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      const visible = (selector: string) => page.locator(selector).isVisible();
      expect(await Promise.all(["#printed svg", ".controls", "#stage"].map(visible))).toEqual([
        true,
        false,
        false,
      ]);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      expect(await visible("#stage")).toBe(true);
    }));
});

test.skipIf(!hasBrowser)(`with 12,000 edges an action draws only what it changes${skipped}`, () =>
  withPage(twelveThousandEdges(), 1280, async (page) => {
    await setRange(page, "threshold", 0);
    const shown = await page.evaluate<Record<string, number>>(
      "Object.fromEntries(Object.entries(circuitView.current().visible).map(([fate, edges]) => [fate, edges.length]))",
    );
    expect(shown.kept! + shown.removed! + shown.added!).toBeGreaterThan(12_000);
    const nothing = { kept: 0, removed: 0, added: 0, highlight: 0 };
    const hover = await drawnBy(page, () => node(page, "a5.h3").hover());
    expect(hover).toEqual({ ...nothing, highlight: hover.highlight });
    expect(hover.highlight).toBeGreaterThan(0);
    expect(hover.highlight).toBeLessThan(400);
    await page.mouse.move(2, 2);
    const removed = page.getByLabel("removed");
    expect(await drawnBy(page, () => removed.uncheck())).toEqual(nothing);
    expect(await drawnBy(page, () => removed.check())).toEqual({ ...nothing, removed: shown.removed });
    const selected = await drawnBy(page, () => node(page, "a5.h3").click());
    expect(selected.kept! + selected.removed! + selected.added!).toBe(hover.highlight);
    await page.mouse.move(2, 2);
    await page.getByRole("button", { name: "Reset" }).click();
    expect(await drawnBy(page, () => page.getByRole("button", { name: "Reset" }).click())).toEqual(nothing);
  }),
);

test.skipIf(!hasBrowser)(`how soon 12,000 edges answer is measured${skipped}`, () =>
  withPage(twelveThousandEdges(), 1280, async (page) => {
    const times = await page.evaluate<Record<string, number[]>>(
      readFileSync(join(import.meta.dirname, "../testing/measure-view.js"), "utf8"),
    );
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
    for (const [action, values] of Object.entries({ ...times, all: Object.values(times).flat() }))
      console.log(
        `${action}: median ${median(values).toFixed(0)} ms of ${values.length}, at most ${Math.max(...values).toFixed(0)} ms`,
      );
    expect(Object.values(times).flat().length).toBeGreaterThan(40);
  }),
);
