import type { Command } from "commander";
import { examples, wholeNumber } from "./arguments.ts";

type Step = number | "first" | "last";

interface Options {
  run?: string;
  seed?: number;
  beforeStep?: Step;
  afterStep?: Step;
  json?: boolean;
}

export function compare(program: Command): void {
  program
    .command("compare")
    .description("how the circuit AFTER differs from BEFORE: nodes, edges, layers by edge change")
    .argument(
      "<before>",
      "edges.arrow, a folder that holds it, or a graph file (.json) of the EAP-IG library",
    )
    .argument("<after>", "the same; may be the same file at another checkpoint")
    .option("--run <name>", "which run of a table with several")
    .option("--seed <number>", "which seed of a run with several", wholeNumber)
    .option(
      "--before-step <step>",
      "which checkpoint of a table BEFORE is: a step, first or last (default: first)",
      step,
    )
    .option("--after-step <step>", "which checkpoint of a table AFTER is (default: last)", step)
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        ["ft compare before.json after.json", "two graph files"],
        [
          "ft compare runs/add-sub-100/circuits runs/add-sub-100/circuits",
          "a run's first and last checkpoint",
        ],
      ),
    )
    .action(run);
}

async function run(before: string, after: string, options: Options): Promise<void> {
  const { compareCircuits } = await import("@ft/graph");
  const { readCircuit, renderComparison } = await import("@ft/lora");
  const { UserError } = await import("@ft/artifacts");
  const { run, seed, beforeStep, afterStep } = options;
  const isGraph = (path: string) => path.endsWith(".json");
  const refuse = (option: string, given: unknown, file: string) => {
    if (given === undefined || !isGraph(file)) return;
    const remedy = "leave it out: a graph file holds one circuit";
    throw new UserError(`${option} has no effect on a graph file`, { file, remedy });
  };
  refuse("--before-step", beforeStep, before);
  refuse("--after-step", afterStep, after);
  const table = isGraph(before) ? after : before;
  refuse("--run", run, table);
  refuse("--seed", seed, table);
  const pick = { ...(run !== undefined && { run }), ...(seed !== undefined && { seed }) };
  const comparison = compareCircuits(
    readCircuit(before, { ...pick, step: beforeStep ?? "first" }),
    readCircuit(after, { ...pick, step: afterStep ?? "last" }),
  );
  console.log(options.json ? JSON.stringify(comparison, null, 2) : renderComparison(comparison).trimEnd());
}

function step(text: string): Step {
  return text === "first" || text === "last" ? text : wholeNumber(text);
}
