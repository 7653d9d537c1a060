import { counted } from "@ft/artifacts";
import { renderDocument } from "../page/document.tsx";
import { FigureSection } from "../page/figure-section.tsx";
import { style } from "../page/style.ts";
import { OPEN_ROWS, Table } from "../page/table.tsx";
import { Contrasts, VerdictText } from "../page/verdicts.tsx";
import { placeContrasts } from "./contrast-tables.ts";
import type { PaperExhibit } from "./exhibits/paper-exhibit.ts";
import type { ClaimFinding } from "./judge-tasks.ts";
import { type Origin, stagesRun } from "./origin.ts";
import type { FinishedExperiment } from "./read-experiments.ts";

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

/** "shown in 2, inconclusive in 1 of 3". */
export function countVerdicts({ tasks }: ClaimFinding): string {
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
  const about = exhibits.filter(({ claims }) => claims.includes(claim.id));
  return (
    <section>
      <h2 id={`claim-${claim.id}`}>{claim.claim}</h2>
      <p>
        <VerdictText verdict={verdict} />: {countVerdicts(finding)}. {claim.question}
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
      <h3>By experiment</h3>
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
                {part} ({experiments.length === tasks.length ? "all" : experiments.join(", ")})
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

/** Every contrast of a claim with its id, under which the CSVs have its values and rows. */
function AllContrasts({ finding }: { finding: ClaimFinding }) {
  const placed = placeContrasts(finding);
  if (placed.length === 0) return null;
  return (
    <details>
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

function WhatWasRun({ experiments, origin, command }: FindingsProps) {
  const { commit, changed, citation } = origin;
  const stages = experiments.flatMap(stagesRun);
  const machines = [...new Set(stages.map(({ backend }) => backend))].filter((name) => name !== "none");
  return (
    <section>
      <h2 id="run">What was run</h2>
      <p>
        {commit ? (
          <>
            Code, experiments and base models of commit <code>{commit}</code>
            {changed && ", with changes that are not committed"}.
          </>
        ) : (
          "Outside of a checkout: the commit is unknown."
        )}{" "}
        {machines.length > 0 && `Computed by ${machines.join("; ")}.`} To repeat an experiment:{" "}
        <code>npx ft run EXPERIMENT</code>. These pages: <code>{command}</code>.
      </p>
      <Table
        columns={["experiment", "base model", "seed", "examples", "seeds", "runs"].map((name) => ({ name }))}
        rows={experiments.map(({ name, results: { model, seed, examples, metrics } }) => [
          name,
          model.name,
          seed,
          [...examples].map(([split, count]) => `${count.toLocaleString("en-US")} ${split}`).join(", "),
          new Set(metrics.map((row) => row.seed)).size,
          new Set(metrics.map(({ plan, draw, seed }) => JSON.stringify([plan, draw, seed]))).size,
        ])}
      />
      <details>
        <summary>{stages.length} stages: machine, versions and code</summary>
        <Table
          columns={[
            ...["experiment", "stage", "uses"].map((name) => ({ name })),
            { name: "backend", label: "backend (library, device, threads)" },
            { name: "versions" },
            { name: "code", label: "code (SHA-256)" },
          ]}
          rows={stages.map(({ experiment, stage, uses, backend, versions, code }) => [
            ...[experiment, stage, uses, backend, versions, code],
          ])}
        />
      </details>
      {citation && (
        <details>
          <summary>How to cite</summary>
          <pre>{citation}</pre>
        </details>
      )}
    </section>
  );
}
