/** The index and the findings in a browser. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { finished } from "../testing/finished.ts";
import { findingsOf, writeFindings } from "./write-findings.ts";

const browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const skipped = browser ? "" : " (skipped: no Chromium or Chrome in /usr/bin)";
const folder = mkdtempSync(join(tmpdir(), "ft-findings-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!browser)(
  `a search shows the entries that have all its words, and pages fit the screen and the paper${skipped}`,
  async () => {
    const out = join(folder, "findings");
    const names = ["add-sub-300", "sequence", "composition"];
    const origin = { commit: undefined, changed: false, citation: undefined };
    await writeFindings(out, findingsOf(names.map((name) => finished(name))), { origin, command: "ft" });
    const chrome = await chromium.launch({
      executablePath: browser!,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      const page = await chrome.newPage({ viewport: { width: 800, height: 900 } });
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(pathToFileURL(join(out, "index.html")).href);
      const shown = () => page.locator("li:visible a").allTextContents();
      expect((await shown()).length).toBeGreaterThan(20);
      await page.getByLabel("search").fill("SEQUENCE faithful");
      expect(await shown()).toEqual(["sequence: Circuits before, during and after fine-tuning are faithful"]);
      await page.getByLabel("search").fill("nothing like it");
      expect(await shown()).toEqual([]);
      await page.goto(pathToFileURL(join(out, "findings.html")).href);
      for (const media of ["screen", "print"] as const) {
        await page.emulateMedia({ media });
        expect(await page.evaluate("document.body.scrollWidth <= window.innerWidth")).toBe(true);
      }
      expect(complaints).toEqual([]);
    } finally {
      await chrome.close();
    }
  },
);
