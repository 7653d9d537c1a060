import type { Command } from "commander";
import { examples, fraction, runOptions, stepOption } from "./arguments.ts";

type Step = ReturnType<typeof stepOption>;

interface Options {
  plan?: string;
  draw?: number;
  seed?: number;
  size?: number;
  beforeStep?: Step;
  afterStep?: Step;
  json?: boolean;
}

export function compare(program: Command): void {
  const command = program
    .command("compare")
    .description(
      "compare the circuits BEFORE and AFTER: nodes, edges (q, k and v of a head count as one), layers by edge change",
    )
    .argument(
      "<before>",
      "the folder of a circuits or attribute stage, its table, or a graph file (.json or .pt) of the EAP-IG library",
    )
    .argument("<after>", "the same; may be the same folder at another checkpoint");
  runOptions(command)
    .option(
      "--size <f>",
      "size of circuits as a share of all edges (default: that of the main circuits; 0.05 for an attribute stage's scores)",
      fraction,
    )
    .option(
      "--before-step <step>",
      "checkpoint of a table BEFORE: a step, first or last (default: first)",
      stepOption,
    )
    .option("--after-step <step>", "checkpoint of a table AFTER (default: last)", stepOption)
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
  const { compareCircuits, isGraphFile, readCircuit } = await import("@ft/graph");
  const { UserError } = await import("@ft/artifacts");
  const { renderComparison } = await import("./render-comparison.ts");
  const { beforeStep, afterStep, json, ...pick } = options;
  const refuse = (option: string, given: unknown, file: string) => {
    if (given === undefined || !isGraphFile(file)) return;
    const remedy = "leave it out: a graph file holds one circuit";
    throw new UserError(`--${option} has no effect on a graph file`, { file, remedy });
  };
  refuse("before-step", beforeStep, before);
  refuse("after-step", afterStep, after);
  const table = isGraphFile(before) ? after : before;
  for (const [option, given] of Object.entries(pick)) refuse(option, given, table);
  const comparison = compareCircuits(
    readCircuit(before, { ...pick, step: beforeStep ?? "first" }),
    readCircuit(after, { ...pick, step: afterStep ?? "last" }),
  );
  console.log(json ? JSON.stringify(comparison, null, 2) : renderComparison(comparison).trimEnd());
}
