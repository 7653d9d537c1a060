/** The findings over experiments: pages, tables and figures, each with its manifest. */
import { join } from "node:path";
import {
  codeHash,
  createProvenance,
  type Provenance,
  silentProgress,
  swapFolder,
  writeSealedFile,
} from "@ft/artifacts";
import { writeReport, writeTableText } from "../run.ts";
import { contrastRows, contrastTable, contrastValues, placeContrasts } from "./contrast-tables.ts";
import { paperExhibitMakers } from "./exhibits/index.ts";
import { type PaperExhibit, pointTable } from "./exhibits/paper-exhibit.ts";
import { pageOf, renderFindings } from "./findings-page.tsx";
import { renderIndex } from "./index-page.tsx";
import { type ClaimFinding, judgeClaims } from "./judge-tasks.ts";
import { latexTable } from "./latex.ts";
import type { Origin } from "./origin.ts";
import type { FinishedExperiment } from "./read-experiments.ts";

/** What experiments show together. */
export interface Findings {
  experiments: readonly FinishedExperiment[];
  findings: readonly ClaimFinding[];
  exhibits: readonly PaperExhibit[];
}

/** Judges all claims and makes all tables and figures. */
export function findingsOf(experiments: readonly FinishedExperiment[]): Findings {
  const findings = judgeClaims(experiments);
  const exhibits = paperExhibitMakers
    .map((make) => make(experiments, findings))
    .filter((exhibit) => exhibit !== undefined);
  return { experiments, findings, exhibits };
}

export interface FindingsOutput {
  origin: Origin;
  mark?: string | undefined;
  /** The command line, as the page names it. */
  command: string;
}

/**
 * Replaces a folder with `index.html`, `findings.html`, `tables/` (CSV and LaTeX), `figures/` (SVG) and
 * `experiments/EXPERIMENT/` with each report.
 */
export async function writeFindings(
  out: string,
  found: Findings,
  { origin, mark, command }: FindingsOutput,
): Promise<void> {
  const { experiments, findings, exhibits } = found;
  const tables = experiments.flatMap((experiment) => [...experiment.tables]);
  const provenance = createProvenance({
    inputs: Object.fromEntries(tables),
    config: { mark: mark ?? null },
    code: codeHash("report"),
  });
  await swapFolder(out, (output) => {
    const write = (name: string, text: string, what: string) =>
      writeSealedFile(join(output, name), text, what, provenance);
    write("findings.html", renderFindings({ ...found, origin, mark, command }), "findings");
    write("index.html", renderIndex({ ...found, mark }), "index of the findings");
    for (const exhibit of exhibits) writePaperExhibit(output, exhibit, provenance);
    const placed = findings.flatMap(placeContrasts);
    writeTableText(output, "contrasts", contrastTable(placed), "contrasts", provenance);
    writeTableText(output, "contrast-values", contrastValues(placed), "values of contrasts", provenance);
    writeTableText(
      output,
      "contrast-rows",
      contrastRows(placed, experiments),
      "rows behind contrasts",
      provenance,
    );
    for (const { name, results, manifest } of experiments) {
      const own = { ...provenance, inputs: manifest.inputs, config: manifest.config, seed: manifest.seed };
      const folder = join(output, pageOf(name), "..");
      writeReport(results, {
        ...{ output: folder, progress: silentProgress, provenance: own },
        home: "../../findings.html",
      });
    }
  });
}

function writePaperExhibit(
  output: string,
  { id, title, caption, layout, points, figure }: PaperExhibit,
  provenance: Provenance,
): void {
  const csv = pointTable(points);
  if (csv) writeTableText(output, id, csv, `data: ${title}`, provenance);
  const latex = latexTable(id, `${title}. ${caption}`, layout);
  writeSealedFile(join(output, "tables", `${id}.tex`), latex, `LaTeX: ${title}`, provenance);
  if (figure) writeSealedFile(join(output, "figures", `${id}.svg`), figure, `figure: ${title}`, provenance);
}
