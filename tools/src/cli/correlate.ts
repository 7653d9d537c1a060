import type { CheckpointPick } from "@ft/graph";
import type { Command } from "commander";
import { examples, runOptions, stepOption } from "./arguments.ts";

interface Options extends Omit<CheckpointPick, "step"> {
  step?: CheckpointPick["step"];
  json?: boolean;
}

export function correlate(program: Command): void {
  const command = program
    .command("correlate")
    .description(
      "compare how methods rank edges: Spearman's rank correlation of their scores with those of REFERENCE, such as exact patching",
    )
    .argument(
      "<reference>",
      "the folder of an attribute stage, its table, or a graph file (.json or .pt) of `ft attribute`",
    )
    .argument("<others...>", "the same, of the same graph");
  runOptions(command)
    .option("--step <step>", "checkpoint of tables: a step, first or last (default: last)", stepOption)
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        ["ft correlate exact.json eap.json eap-ig.json", "two methods against exact patching"],
        ["ft correlate runs/methods/exact runs/methods/eap --step first", "of a run's first checkpoint"],
      ),
    )
    .action(run);
}

async function run(reference: string, others: string[], { json, ...pick }: Options): Promise<void> {
  const { checkSameGraph, rankCorrelation, readScores } = await import("@ft/graph");
  const read = (path: string) => readScores(path, { ...pick, step: pick.step ?? "last" });
  const wanted = read(reference);
  const rows = others.map((path) => {
    const { graph, scores } = read(path);
    checkSameGraph(wanted.graph, graph);
    const correlation = (of: (score: number) => number) =>
      rankCorrelation(Float64Array.from(wanted.scores, of), Float64Array.from(scores, of)) ?? null;
    return { scores: path, score: correlation((score) => score), absolute: correlation(Math.abs) };
  });
  if (json) return console.log(JSON.stringify(rows, null, 2));
  const shown = (value: number | null) => (value === null ? "-" : value.toFixed(4)).padStart(9);
  const width = Math.max(...others.map((path) => path.length));
  console.log(`${" ".repeat(width)}    score  |score|`);
  for (const { scores, score, absolute } of rows)
    console.log(`${scores.padEnd(width)}${shown(score)}${shown(absolute)}`);
}
