import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { Setting } from "../experiment/variant.ts";
import { examples } from "./arguments.ts";
import { addMemoryOption, type MemoryOption, useMemory } from "./memory-option.ts";

interface Options extends MemoryOption {
  set?: Setting[];
  as?: string;
  stage?: string[];
  dry?: boolean;
}

export function run(program: Command): void {
  const command = program
    .command("run")
    .description(
      "run an experiment through Nx, as far as it is out of date; with other settings as a run of its own, next to it",
    )
    .argument("<experiment>", "the name of a folder in experiments/, or of a point of its sweep")
    .option("--set <path=value>", "another setting, by its path in experiment.json; may be repeated", collect)
    .option(
      "--as <name>",
      "what to call the run with these settings; by default it is called after their hash",
    )
    .option(
      "--stage <stage>",
      "only this stage and what it needs; may be repeated",
      (text, before: string[] = []) => [...before, text],
    )
    .option(
      "--dry",
      "every stage on a random model of the same shape with two layers, on a few prompts, two updates and one seed: shows that all of them run; the numbers mean nothing and are removed",
    );
  addMemoryOption(command)
    .addHelpText(
      "after",
      examples(
        ["ft run add-sub-100", "every stage that is out of date"],
        ["ft run add-sub-100 --stage circuits", "one stage and what it needs"],
        [
          "ft run add-sub-100 --set stages.circuits.config.fraction=0.1 --as large",
          "into runs/add-sub-100--large; what the setting does not touch is shared",
        ],
        ["ft run pythia-1-4b-add-sub-100 --dry", "a rehearsal that needs no weights"],
        ["ft run pythia-1-4b-add-sub-100 --memory 8GiB", "the paper's experiment, in at most 8 GiB"],
      ),
    )
    .action(action);
}

/** Adds a setting to those before it. */
function collect(text: string, before: Setting[] = []): Setting[] {
  const [key = "", ...rest] = text.split("=");
  const path = key.split(".");
  if (rest.length === 0 || path.includes("")) throw new InvalidArgumentError("It must be PATH=VALUE.");
  return [...before, { path, value: parseValue(rest.join("=")) }];
}

/** Parses a value as JSON if possible, otherwise as text. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function action(given: string, options: Options): Promise<void> {
  await useMemory(options);
  if (options.dry) {
    const { rehearse } = await import("../experiment/rehearse.ts");
    return rehearse(given, options);
  }
  const { runExperiment } = await import("../experiment/run-experiment.ts");
  await runExperiment(given, options);
}
