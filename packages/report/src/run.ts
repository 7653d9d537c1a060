/** The report stage: one page, its figures as SVG, its tables as CSV, and the comparison as an Arrow table. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { mark, type StageContext, summarySchema, writeFileAtomic, writeTable } from "@ft/artifacts";
import { csvFormatRows } from "d3-dsv";
import { summarize } from "./comparison.ts";
import type { ReportConfig } from "./config.ts";
import type { Exhibit } from "./exhibits/exhibit.ts";
import { exhibitMakers } from "./exhibits/index.ts";
import { svgOf } from "./figures/svg-of.ts";
import { findings, limits } from "./findings.ts";
import { renderPage } from "./page/render-page.tsx";
import { readResults } from "./results.ts";

/** Reads the other stages' tables and writes `report.html`, `figures/`, `tables/` and `summary.arrow`. */
export async function run(context: StageContext<ReportConfig>): Promise<void> {
  const { output, progress, provenance } = context;
  mark("inputs");
  const results = await readResults(context);
  mark("work");
  progress.start(exhibitMakers.length, "drawing", "exhibits");
  const exhibits = exhibitMakers
    .map((make) => {
      const exhibit = make(results);
      progress.advance();
      return exhibit;
    })
    .filter((exhibit) => exhibit !== undefined);
  progress.stop();
  for (const exhibit of exhibits) writeExhibit(output, exhibit);
  const page = renderPage({ results, exhibits, findings: findings(results), limits: limits(results) });
  mark("outputs");
  writeFileAtomic(join(output, "report.html"), page);
  await writeTable(output, summarySchema, summarize(results), provenance);
}

function writeExhibit(output: string, { id, figure, columns, rows }: Exhibit): void {
  for (const folder of ["figures", "tables"]) mkdirSync(join(output, folder), { recursive: true });
  const text = [columns.map(({ name }) => name), ...rows.map((row) => row.map((cell) => String(cell ?? "")))];
  writeFileAtomic(join(output, "tables", `${id}.csv`), `${csvFormatRows(text)}\n`);
  if (figure) writeFileAtomic(join(output, "figures", `${id}.svg`), svgOf(figure));
}
