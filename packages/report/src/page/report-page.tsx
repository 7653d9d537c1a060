import { countLeftOut, describeBackend } from "@ft/artifacts";
import type { Finding } from "../claims/index.ts";
import { CIRCUIT_PAGE, type Exhibit } from "../exhibits/exhibit.ts";
import type { Results } from "../results.ts";
import { renderDocument } from "./document.tsx";
import { FigureSection } from "./figure-section.tsx";
import { style } from "./style.ts";
import { OPEN_ROWS, Table } from "./table.tsx";
import { Contrasts, Missing } from "./verdicts.tsx";

interface Props {
  results: Results;
  exhibits: readonly Exhibit[];
  findings: readonly Finding[];
  limits: readonly string[];
  /** The page of all findings that this one belongs to, relative to it. @default none */
  home?: string | undefined;
}

/** The whole page, as one HTML document that needs no network: findings, limits, figures with tables, configuration. */
export function renderPage({ results, exhibits, findings, limits, home }: Props): string {
  const { experiment, example } = results;
  return renderDocument(
    { title: `${experiment}: what fine-tuning did`, style },
    <main>
      <h1>{experiment}</h1>
      <p class="quiet">
        What fine-tuning did inside the model, circuit by circuit, and what it was worth to give rank where
        edges change.
      </p>
      <p>
        The task: <code>{example.clean}</code> → <code>{example.answer}</code>; corrupted:{" "}
        <code>{example.corrupted}</code> → <code>{example.corruptedAnswer}</code>
      </p>
      <LeftOutRows {...results} />
      <nav>
        {home && <a href={home}>All experiments</a>}
        <a href="#findings">Findings</a>
        {exhibits.map(({ id, title }) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
        {results.runCircuits.length > 0 && <a href={CIRCUIT_PAGE}>The circuit, interactive</a>}
        <a href="#run">Configuration</a>
      </nav>
      <Findings findings={findings} limits={limits} />
      {exhibits.map((exhibit) => (
        <ExhibitSection key={exhibit.id} {...exhibit} />
      ))}
      <WhatWasRun results={results} />
    </main>,
  );
}

/** Rows of imported files that were left out. */
function LeftOutRows({ leftOut, examples }: Pick<Results, "leftOut" | "examples">) {
  if (leftOut.length === 0) return null;
  const kept = [...examples.values()].reduce((sum, count) => sum + count, 0);
  return (
    <details id="left-out" open>
      <summary>{countLeftOut(leftOut, kept)}</summary>
      <Table
        columns={[{ name: "reason" }, { name: "rows" }, { name: "first", label: "first at" }]}
        rows={leftOut.map(({ reason, rows, first }) => [reason, rows, first.join("; ")])}
      />
    </details>
  );
}

function Findings({ findings, limits }: Pick<Props, "findings" | "limits">) {
  return (
    <section>
      <h2 id="findings">Findings</h2>
      <p class="quiet">
        Each claim is judged by a rule written before the run. An inconclusive one lists what would decide it.
        Contrasts: <a href="tables/verdicts.csv">verdicts.csv</a>, the rows behind them:{" "}
        <a href="tables/verdict-rows.csv">verdict-rows.csv</a>.
      </p>
      <div class="table whole">
        <table>
          <tbody>
            {findings.map(({ id, claim, verdict, evidence, missing, ...reasons }) => (
              <tr key={id}>
                <td class={`verdict ${verdict.replace(" ", "-")}`}>{verdict}</td>
                <td>
                  <strong>{claim}.</strong>
                  <ul class="evidence">
                    {evidence.map((sentence) => (
                      <li key={sentence}>{sentence}</li>
                    ))}
                  </ul>
                  <Missing parts={missing} />
                  <Reasons {...reasons} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3>What it does not show</h3>
      <ul>
        {limits.map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
    </section>
  );
}

/** How a verdict was reached: question, source, rule, and every contrast with its estimate. */
function Reasons({
  question,
  source,
  rule,
  contrasts,
}: Pick<Finding, "question" | "source" | "rule" | "contrasts">) {
  const table = contrasts.length > 0 && <Contrasts contrasts={contrasts} />;
  const isShort = contrasts.length <= OPEN_ROWS;
  return (
    <>
      {isShort && table}
      <details>
        <summary>{isShort ? "Rule" : `Rule and ${contrasts.length} contrasts`}</summary>
        <p class="quiet">
          {question} The paper: {source} Rule: {rule}
        </p>
        {!isShort && table}
      </details>
    </>
  );
}

/** A figure, its caption and its table, with links to their files. */
function ExhibitSection({ id, title, caption, figure, interactive, columns, rows, bySeed }: Exhibit) {
  return (
    <FigureSection {...{ id, title, figure, table: { columns, rows } }}>
      {caption} <a href={`tables/${id}.csv`}>CSV</a>{" "}
      {bySeed && <a href={`tables/${id}-by-seed.csv`}>CSV by seed</a>}{" "}
      {figure && <a href={`figures/${id}.svg`}>SVG</a>}{" "}
      {interactive && <a href={CIRCUIT_PAGE}>All checkpoints and edges, interactively</a>}
    </FigureSection>
  );
}

function WhatWasRun({ results: { experiment, seed, model, examples, stages } }: { results: Results }) {
  const counts = [...examples]
    .map(([split, count]) => `${count.toLocaleString("en-US")} ${split}`)
    .join(", ");
  return (
    <section>
      <h2 id="run">Configuration</h2>
      <p>
        Experiment <code>{experiment}</code>, seed {seed}, base model <code>{model.name}</code>; examples:{" "}
        {counts}. Every file has a manifest with the hashes of everything it was made from:{" "}
        <code>npx ft verify runs/{experiment}/*</code>.
      </p>
      <Table
        columns={[{ name: "stage" }, { name: "kind" }, { name: "backend" }]}
        rows={stages.map(({ name, uses, manifest }) => [name, uses, describeBackend(manifest.backend)])}
      />
      <h3>Settings, including defaults</h3>
      <Table
        columns={[{ name: "stage" }, { name: "setting" }, { name: "value" }]}
        rows={stages.flatMap(({ name, manifest }) =>
          settings(withoutLeftOut(manifest.config)).map(([setting, value]) => [name, setting, value]),
        )}
      />
    </section>
  );
}

/** A configuration without the parts that the page shows elsewhere. */
function withoutLeftOut(config: unknown): unknown {
  const { leftOut: _, ...settings } = config as Record<string, unknown>;
  return settings;
}

/** A configuration as settings with their paths: [["options.within", "100"], ...]; a list of plain values is one setting. */
function settings(value: unknown, path = ""): [setting: string, value: string][] {
  const isPlain = (part: unknown) => typeof part !== "object" || part === null;
  if (isPlain(value)) return [[path, String(value)]];
  if (Array.isArray(value) && value.every(isPlain)) return [[path, value.join(", ")]];
  const keyed = Object.entries(value as object);
  return keyed.flatMap(([key, part]) => settings(part, path === "" ? key : `${path}.${key}`));
}
