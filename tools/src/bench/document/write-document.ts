/** Writes the documentation's page and its figures. */
import { dirname, join } from "node:path";
import { writeFileAtomic } from "@ft/artifacts";
import { axisNames } from "../growth/axes.ts";
import { growthFigure } from "../growth/growth-figure.ts";
import type { Report } from "../report.ts";
import { figureFile } from "./growth-section.ts";
import { renderMarkdown } from "./render-markdown.ts";

/** From the repository's root; figures lie beside it. */
export const DOCUMENT = "docs/benchmarks.md";

/**
 * Figures are written only where growth was measured.
 *
 * @param root the repository's
 * @param reports one a number of threads, fewest first: see combineReports
 */
export function writeDocument(root: string, reports: readonly Report[]): void {
  const path = join(root, DOCUMENT);
  const growth = reports.find((one) => one.growth)?.growth;
  if (growth)
    for (const axis of axisNames)
      writeFileAtomic(join(dirname(path), figureFile(axis)), growthFigure(axis, growth[axis]));
  writeFileAtomic(path, renderMarkdown(reports));
  console.log(`Written: ${DOCUMENT}`);
}
