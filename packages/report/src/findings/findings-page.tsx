import { counted } from "@ft/artifacts";
import { renderDocument } from "../page/document.tsx";
import { FigureSection } from "../page/figure-section.tsx";
import { style } from "../page/style.ts";
import { OPEN_ROWS, Table } from "../page/table.tsx";
import { Contrasts, VerdictText } from "../page/verdicts.tsx";
import { placeContrasts } from "./contrast-tables.ts";
import type { PaperExhibit } from "./exhibits/paper-exhibit.ts";
import type { ClaimFinding } from "./judge-tasks.ts";
import type { Origin } from "./origin.ts";
import type { FinishedExperiment } from "./read-experiments.ts";
import { WhatWasRun } from "./what-was-run.tsx";

export interface FindingsProps {
  experiments: readonly FinishedExperiment[];
  findings: readonly ClaimFinding[];
  exhibits: readonly PaperExhibit[];
  origin: Origin;
  /** What the pages are marked with, such as "quick"; none by default. */
  mark?: string | undefined;
  /** The command that made the page. */
  command: string;
}

/** The path of an experiment's page from findings.html. */
export const pageOf = (experiment: string): string => `experiments/${experiment}/report.html`;

/** The findings as one HTML document that needs no network. */
export function renderFindings(props: FindingsProps): string {
  const { experiments, findings, exhibits, mark } = props;
  const count = counted(experiments.length, "experiment");
  return renderDocument(
    { title: `Findings over ${count}`, style },
    <main>
      <h1>Findings</h1>
      <Mark mark={mark} />
      <p class="quiet">
        The claims of the paper (arXiv 2502.11812), each judged by a rule written before the runs, over{" "}
        {count}. <a href="index.html">Search experiments, claims, tables and figures</a>
      </p>
      <Overview findings={findings} />
      <nav>
        {exhibits.map(({ id, title }) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
        <a href="#run">What was run</a>
      </nav>
      {findings.map((finding) => (
        <ClaimSection key={finding.claim.id} finding={finding} exhibits={exhibits} />
      ))}
      {exhibits.map((exhibit) => (
        <ExhibitSection key={exhibit.id} {...exhibit} />
      ))}
      <WhatWasRun {...props} />
    </main>,
  );
}

/** What a page is marked with, where nobody can miss it. */
export function Mark({ mark }: Pick<FindingsProps, "mark">) {
  return mark ? <p class="mark">{mark}</p> : null;
}

/** "shown in 2, inconclusive in 1 of 3 experiments"; nothing for a single one, whose verdict it is. */
export function countVerdicts({ tasks }: ClaimFinding): string {
  if (tasks.length === 1) return "";
  const counts = (["shown", "not shown", "inconclusive"] as const).flatMap((verdict) => {
    const count = tasks.filter(({ finding }) => finding.verdict === verdict).length;
    return count > 0 ? [`${verdict} in ${count}`] : [];
  });
  return `${counts.join(", ")} of ${counted(tasks.length, "experiment")}`;
}

function Overview({ findings }: Pick<FindingsProps, "findings">) {
  return (
    <div class="table whole">
      <table>
        <tbody>
          {findings.map((finding) => (
            <tr key={finding.claim.id}>
              <td class="verdict">
                <VerdictText verdict={finding.verdict} />
              </td>
              <td>
                <a href={`#claim-${finding.claim.id}`}>{finding.claim.claim}</a>
                <span class="quiet"> {countVerdicts(finding)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ClaimSection({ finding, exhibits }: { finding: ClaimFinding; exhibits: readonly PaperExhibit[] }) {
  const { claim, rule, verdict, tasks, usable, pooled, controls, missing } = finding;
  const counts = countVerdicts(finding);
  const about = exhibits.filter(({ claims }) => claims.includes(claim.id));
  return (
    <section>
      <h2 id={`claim-${claim.id}`}>{claim.claim}</h2>
      <p>
        <VerdictText verdict={verdict} />
        {counts && `: ${counts}`}. {claim.question}
      </p>
      <p class="quiet">
        The paper: {claim.source}
        {about.length > 0 && " See "}
        {about.map(({ id, title }, i) => (
          <>
            {i > 0 && ", "}
            <a href={`#${id}`}>{title}</a>
          </>
        ))}
        .
      </p>
      {pooled.length > 0 && (
        <>
          <h3>Pooled over tasks</h3>
          {usable.length === 0 && (
            <p class="quiet">No setting can decide the claim: pooled over all of them, for information.</p>
          )}
          <Contrasts contrasts={pooled} />
        </>
      )}
      <ByExperiment finding={finding} />
      <AllContrasts finding={finding} />
      {controls.length > 0 && (
        <details>
          <summary>Controls</summary>
          <Table
            columns={[{ name: "control" }, { name: "measured", label: "measured in" }]}
            rows={controls.map(({ name, measured }) => [
              name,
              `${measured.length} of ${tasks.length}${measured.length > 0 ? `: ${measured.join(", ")}` : ""}`,
            ])}
          />
        </details>
      )}
      {missing.length > 0 && (
        <>
          <h3>What would change it</h3>
          <ul class="missing">
            {missing.map(({ part, experiments }) => (
              <li key={part}>
                {part}
                {tasks.length > 1 &&
                  ` (${experiments.length === tasks.length ? "all" : experiments.join(", ")})`}
              </li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>Rule</summary>
        <p class="quiet">{rule}</p>
      </details>
    </section>
  );
}

/** At most so many experiments are listed without a click. */
const OPEN_EXPERIMENTS = 6;

/** What each experiment says of a claim. */
function ByExperiment({ finding: { tasks } }: { finding: ClaimFinding }) {
  const table = (
    <div class="table whole">
      <table>
        <tbody>
          {tasks.map(({ experiment, finding: { verdict, evidence } }) => (
            <tr key={experiment}>
              <td>
                <a href={pageOf(experiment)}>{experiment}</a>
              </td>
              <td class="verdict">
                <VerdictText verdict={verdict} />
              </td>
              <td>
                <ul class="evidence">
                  {evidence.map((sentence) => (
                    <li key={sentence}>{sentence}</li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  if (tasks.length > OPEN_EXPERIMENTS)
    return (
      <details>
        <summary>By experiment: {tasks.length}, with verdicts and numbers</summary>
        {table}
      </details>
    );
  return (
    <>
      <h3>By experiment</h3>
      {table}
    </>
  );
}

/** Every contrast of a claim with its id, under which the CSVs have its values and rows. */
function AllContrasts({ finding }: { finding: ClaimFinding }) {
  const placed = placeContrasts(finding);
  if (placed.length === 0) return null;
  return (
    <details class="rows">
      <summary>{counted(placed.length, "contrast")}, and the rows behind them</summary>
      <p class="quiet">
        Under its id, <a href="tables/contrasts.csv">contrasts.csv</a> has each contrast,{" "}
        <a href="tables/contrast-values.csv">contrast-values.csv</a> its values and{" "}
        <a href="tables/contrast-rows.csv">contrast-rows.csv</a> the rows of the experiment's tables that they
        are from.
      </p>
      <Contrasts
        contrasts={placed.map(({ id, experiment, contrast }) => ({
          ...contrast,
          name: `${id}: ${contrast.name}`,
          tasks: contrast.tasks ?? [experiment!],
        }))}
      />
    </details>
  );
}

function ExhibitSection({ id, title, caption, figure, layout, points }: PaperExhibit) {
  return (
    <FigureSection {...{ id, title, figure, table: layout, layout: "layout", open: 2 * OPEN_ROWS }}>
      {caption} {points.length > 0 && <a href={`tables/${id}.csv`}>CSV</a>}{" "}
      <a href={`tables/${id}.tex`}>LaTeX</a> {figure && <a href={`figures/${id}.svg`}>SVG</a>}
    </FigureSection>
  );
}
