import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, limits } from "../claims/index.ts";
import { exhibitMakers } from "../exhibits/index.ts";
import { hasBrowser, openBrowser, skipped } from "../testing/browser.ts";
import { results } from "../testing/results.ts";
import { renderPage } from "./report-page.tsx";

const folder = mkdtempSync(join(tmpdir(), "report-"));
const file = join(folder, "report.html");

beforeAll(() => {
  const exhibits = exhibitMakers.map((make) => make(results)).filter((exhibit) => exhibit !== undefined);
  writeFileSync(
    file,
    renderPage({ results, exhibits, findings: findings(results), limits: limits(results) }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!hasBrowser)(
  `a browser shows the whole page without warnings or network requests${skipped}`,
  async () => {
    const chrome = await openBrowser();
    try {
      const page = await chrome.newPage({ viewport: { width: 1100, height: 900 } });
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(pathToFileURL(file).href);
      expect(requests).toEqual([pathToFileURL(file).href]);
      expect(complaints).toEqual([]);
      for (const svg of await page.locator("figure svg").all()) {
        const box = await svg.boundingBox();
        expect(box!.width).toBeGreaterThan(5);
        expect(box!.x + box!.width).toBeLessThanOrEqual(1100);
      }
      expect(await page.evaluate("document.body.scrollWidth <= window.innerWidth")).toBe(true);
      if (process.env.FT_SCREENSHOT)
        await page.screenshot({ path: process.env.FT_SCREENSHOT, fullPage: true });
    } finally {
      await chrome.close();
    }
  },
);
