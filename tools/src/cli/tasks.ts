import type { TaskListing } from "@ft/data";
import type { Command } from "commander";
import { assignment, examples, wholeNumber } from "./arguments.ts";
import { MODEL_HELP } from "./open-model.ts";

interface Options {
  set?: Record<string, string>;
  examples: number;
  model: string;
  seed: number;
  json?: boolean;
}

export function tasks(program: Command): void {
  program
    .command("tasks")
    .description("list the tasks with their options, or show prompts of one")
    .argument("[task]", "draw prompts of this task")
    .option("--set <name=value>", "an option of the task; may be repeated", assignment)
    .option("--examples <number>", "how many prompts", wholeNumber, 10)
    .option(
      "--model <model>",
      `the base model, whose tokenizer decides which prompts are valid: ${MODEL_HELP}`,
      "models/nano",
    )
    .option("--seed <number>", "decides which prompts are drawn", wholeNumber, 1)
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        ["ft tasks", "the values of `task` and `options` in a data stage"],
        ["ft tasks add-sub --set within=200", "ten prompts, each with its corruption and answer"],
      ),
    )
    .action(run);
}

async function run(task: string | undefined, options: Options): Promise<void> {
  const { createProgress } = await import("@ft/artifacts");
  const { listTasks, preview } = await import("@ft/data");
  if (task === undefined) {
    const listed = listTasks();
    console.log(options.json ? JSON.stringify(listed, null, 2) : listed.map(describe).join("\n\n"));
    return;
  }
  const { obtainModel } = await import("../hub/obtain-model.ts");
  const { model, seed } = options;
  const rows = await preview({
    model: await obtainModel(model),
    seed,
    config: { task, options: options.set ?? {}, examples: options.examples },
    note: (text) => createProgress().note(text),
  });
  const shown = rows.map(({ clean, corrupted, answer }) => ({ clean, corrupted, answer }));
  if (options.json) console.log(JSON.stringify(shown, null, 2));
  else
    for (const { clean, corrupted, answer } of shown)
      console.log(`${clean} ${answer.trim()}\n  corrupted: ${corrupted}`);
}

function describe({ name, description, examples: count, options }: TaskListing): string {
  const lines = options.map(
    (option) => `  ${option.name} (default ${JSON.stringify(option.default)}): ${option.description}`,
  );
  return [`${name}: ${description}`, ...lines, `  ${count} examples by default`].join("\n");
}
