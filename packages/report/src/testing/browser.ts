/** The browser of tests that need one. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const file = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** Whether there is a browser. */
export const hasBrowser = file !== undefined;

/** For the title of a test that is skipped without a browser. */
export const skipped = hasBrowser ? "" : " (skipped: no Chromium or Chrome in /usr/bin)";

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: file!, args: ["--no-sandbox", "--disable-gpu"] });
}
