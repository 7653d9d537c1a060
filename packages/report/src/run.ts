/** The report stage: one page, its figures as SVG, its tables as CSV, and the comparison as an Arrow table. */
import { join } from "node:path";
import {
  type Provenance,
  type StageContext,
  summarySchema,
  writeSealedFile,
  writeTable,
} from "@ft/artifacts";
import { csvFormatRows } from "d3-dsv";
import { summarize } from "./comparison.ts";
import type { ReportConfig } from "./config.ts";
import type { Exhibit, ExhibitTable } from "./exhibits/exhibit.ts";
import { exhibitMakers } from "./exhibits/index.ts";
import { findings, limits } from "./findings/index.ts";
import { renderPage } from "./page/report-page.tsx";
import { readResults } from "./results.ts";

/** Reads the other stages' tables and writes `report.html`, `figures/`, `tables/` and `summary.arrow`, each with its manifest. */
export async function run(context: StageContext<ReportConfig>): Promise<void> {
  const { output, progress, provenance } = context;
  const results = await readResults(context);
  progress.start(exhibitMakers.length, "drawing", "exhibits");
  const exhibits = exhibitMakers
    .map((make) => {
      const exhibit = make(results);
      progress.advance();
      return exhibit;
    })
    .filter((exhibit) => exhibit !== undefined);
  progress.stop();
  for (const exhibit of exhibits) writeExhibit(output, exhibit, provenance);
  const page = renderPage({ results, exhibits, findings: findings(results), limits: limits(results) });
  writeSealedFile(join(output, "report.html"), page, "report", provenance);
  await writeTable(output, summarySchema, summarize(results), provenance);
}

function writeExhibit(output: string, exhibit: Exhibit, provenance: Provenance): void {
  const { id, figure, bySeed } = exhibit;
  const write = (folder: string, file: string, contents: string, what: string) =>
    writeSealedFile(join(output, folder, file), contents, `${what}: ${exhibit.title}`, provenance);
  write("tables", `${id}.csv`, csvOf(exhibit), "table");
  if (bySeed) write("tables", `${id}-by-seed.csv`, csvOf(bySeed), "table by seed");
  if (figure) write("figures", `${id}.svg`, figure, "figure");
}

function csvOf({ columns, rows }: ExhibitTable): string {
  const text = [columns.map(({ name }) => name), ...rows.map((row) => row.map((cell) => String(cell ?? "")))];
  return `${csvFormatRows(text)}\n`;
}
