/** Writes the documentation's page and its figures. */
import { dirname, join, resolve } from "node:path";
import { writeFileAtomic } from "@ft/artifacts";
import { axisNames } from "../growth/axes.ts";
import { growthFigure } from "../growth/growth-figure.ts";
import type { Report } from "../report.ts";
import { figureFile } from "./growth-section.ts";
import { renderMarkdown } from "./render-markdown.ts";

/** From the repository's root, where none is named. */
export const DOCUMENT = "docs/benchmarks.md";

/**
 * Figures lie beside the page, and are written only where growth was measured.
 *
 * @param root the repository's
 * @param document the page's file, from there
 * @param reports one a number of threads, fewest first: see combineReports
 */
export function writeDocument(root: string, document: string, reports: readonly Report[]): void {
  const path = resolve(root, document);
  const growth = reports.find((one) => one.growth)?.growth;
  if (growth)
    for (const axis of axisNames)
      writeFileAtomic(join(dirname(path), figureFile(axis)), growthFigure(axis, growth[axis]));
  writeFileAtomic(path, renderMarkdown(reports));
  console.log(`Written: ${document}`);
}
