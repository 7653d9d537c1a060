import { counted, duration } from "@ft/artifacts";
import { distinct } from "../cells.ts";
import { Table } from "../page/table.tsx";
import type { FindingsProps } from "./findings-page.tsx";
import { stagesRun } from "./origin.ts";
import type { FinishedExperiment } from "./read-experiments.ts";
import { describeMachine } from "./record.ts";

/** What was run, where and with what, how to repeat it, and how to cite it. */
export function WhatWasRun({
  experiments,
  origin,
  command,
}: Pick<FindingsProps, "experiments" | "origin" | "command">) {
  const stages = stagesOf(experiments);
  return (
    <section>
      <h2 id="run">What was run</h2>
      <p>
        {describeOrigin(experiments, origin, stages)} These pages: <code>{command}</code>.
      </p>
      <Table
        columns={[
          ...["experiment", "base model", "seed", "examples", "seeds", "runs"].map((name) => ({ name })),
          ...["to repeat it", "commit", "time of its stages"].map((name) => ({ name })),
        ]}
        rows={experiments.map(rowOf)}
      />
      <details class="rows">
        <summary>{counted(stages.length, "stage")}: backend, versions and code</summary>
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
      {origin.citation && (
        <>
          <h3>How to cite</h3>
          <pre>{origin.citation}</pre>
        </>
      )}
    </section>
  );
}

/** Every stage once, though several experiments may share it. */
function stagesOf(experiments: readonly FinishedExperiment[]) {
  const all = experiments.flatMap(stagesRun);
  return [...new Map(all.map((stage) => [`${stage.experiment}.${stage.stage}`, stage])).values()];
}

/** Commit, machines and backends in sentences. */
function describeOrigin(
  experiments: readonly FinishedExperiment[],
  { commit, changed }: FindingsProps["origin"],
  stages: ReturnType<typeof stagesOf>,
): string {
  const records = experiments.flatMap(({ record }) => record ?? []);
  const machines = distinct(records.map(describeMachine));
  const node = distinct(records.map((record) => record.node));
  const backends = distinct(stages.map(({ backend }) => backend)).filter((name) => name !== "none");
  return [
    commit
      ? `The pages are made by the code of commit ${commit}${changed ? ", with changes that are not committed" : ""}.`
      : "The pages are made outside of a checkout: their commit is unknown.",
    ...(machines.length > 0 ? [`Computed on ${machines.join("; ")}, with Node ${node.join(" and ")}.`] : []),
    ...(backends.length > 0 ? [`Backend: ${backends.join("; ")}.`] : []),
  ].join(" ");
}

function rowOf({ name, results: { model, seed, examples, metrics }, record }: FinishedExperiment) {
  const seconds = Object.values(record?.seconds ?? {}).reduce((sum, one) => sum + one, 0);
  const commit = record?.commit?.slice(0, 12) ?? null;
  return [
    ...[name, model.name, seed],
    [...examples].map(([split, count]) => `${count.toLocaleString("en-US")} ${split}`).join(", "),
    new Set(metrics.map((row) => row.seed)).size,
    new Set(metrics.map(({ plan, draw, seed }) => JSON.stringify([plan, draw, seed]))).size,
    record?.command ?? `npx ft run ${name}`,
    commit && record!.changed ? `${commit}, changed` : commit,
    seconds > 0 ? duration(1000 * seconds) : null,
  ];
}
