/** The report stage: one page, its figures as SVG, its tables as CSV, and the comparison as an Arrow table. */
import { join } from "node:path";
import {
  baselinesSchema,
  describeRun,
  type Provenance,
  type StageContext,
  summarySchema,
  writeSealedFile,
  writeTable,
} from "@ft/artifacts";
import { csvFormatRows } from "d3-dsv";
import { renderCircuitPage } from "./circuit-view/circuit-page.tsx";
import { findings, limits } from "./claims/index.ts";
import { verdictRows, verdictTable } from "./claims/verdict-tables.ts";
import { summarize } from "./comparison.ts";
import type { ReportConfig } from "./config.ts";
import { CIRCUIT_PAGE, type Exhibit, type ExhibitTable } from "./exhibits/exhibit.ts";
import { exhibitMakers } from "./exhibits/index.ts";
import { asPercent } from "./format.ts";
import { renderPage } from "./page/report-page.tsx";
import { type Results, readResults } from "./results.ts";

/** Reads the other stages' tables and writes `report.html`, `circuit.html`, `figures/`, `tables/` and `summary.arrow`, each with its manifest. */
export async function run(context: StageContext<ReportConfig>): Promise<void> {
  const { output, provenance } = context;
  const results = await readResults(context);
  writeReport(results, context);
  await writeTable(output, summarySchema, summarize(results), provenance);
  await writeTable(output, baselinesSchema, results.baselines, provenance);
}

interface ReportOutput extends Pick<StageContext<ReportConfig>, "output" | "progress" | "provenance"> {
  /** The page of all findings, relative to the report. @default none */
  home?: string;
}

/** Writes what people read of an experiment: `report.html`, `figures/` and `tables/`. */
export function writeReport(results: Results, { output, progress, provenance, home }: ReportOutput): void {
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
  const judged = findings(results);
  writeTableText(output, "verdicts", verdictTable(judged), "verdicts on the claims", provenance);
  writeTableText(output, "verdict-rows", verdictRows(judged), "rows behind the verdicts", provenance);
  const page = renderPage({ results, exhibits, findings: judged, limits: limits(results), home });
  writeSealedFile(join(output, "report.html"), page, "report", provenance);
  writeCircuitPage(output, results, provenance);
}

/** The interactive page of the first run's circuits, if there are any. */
function writeCircuitPage(
  output: string,
  { experiment, runCircuits }: Pick<Results, "experiment" | "runCircuits">,
  provenance: Provenance,
): void {
  const [first] = runCircuits;
  if (!first) return;
  const page = renderCircuitPage({
    title: `${experiment}: circuits during fine-tuning`,
    about: `Circuits of ${describeRun(first)}, ${asPercent(first.size)} of the edges chosen by the rule ${first.rule}.`,
    checkpoints: runCircuits.map(({ step, circuit }) => ({ name: `step ${step}`, circuit })),
  });
  writeSealedFile(join(output, CIRCUIT_PAGE), page, "interactive circuit", provenance);
}

function writeExhibit(output: string, exhibit: Exhibit, provenance: Provenance): void {
  const { id, title, figure, bySeed } = exhibit;
  writeTableText(output, id, exhibit, `table: ${title}`, provenance);
  if (bySeed) writeTableText(output, `${id}-by-seed`, bySeed, `table by seed: ${title}`, provenance);
  if (figure) writeSealedFile(join(output, "figures", `${id}.svg`), figure, `figure: ${title}`, provenance);
}

/** Writes a table as CSV: numbers in full, nothing for null. */
export function writeTableText(
  output: string,
  id: string,
  { columns, rows }: ExhibitTable,
  what: string,
  provenance: Provenance,
): void {
  const text = [columns.map(({ name }) => name), ...rows.map((row) => row.map((cell) => String(cell ?? "")))];
  writeSealedFile(join(output, "tables", `${id}.csv`), `${csvFormatRows(text)}\n`, what, provenance);
}
