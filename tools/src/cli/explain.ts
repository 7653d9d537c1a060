import type { Command } from "commander";
import { examples } from "./arguments.ts";
import { addMemoryOption, type MemoryOption, useMemory } from "./memory-option.ts";

interface Options extends MemoryOption {
  config?: boolean;
}

export function explain(program: Command): void {
  const command = program
    .command("explain")
    .description(
      "list the stages of an experiment, which of them would run and why, and the time and memory that would take",
    )
    .argument(
      "<experiment>",
      "the name of a folder in experiments/, of a point of its sweep, or of a run in runs/",
    )
    .option(
      "--config",
      "also print every stage's inputs and configuration, put together from where they are written",
    );
  addMemoryOption(command)
    .addHelpText(
      "after",
      examples(
        ["ft explain add-sub-100", "the stages that `ft run add-sub-100` would run"],
        [
          "ft explain add-sub-100 --config",
          "the experiment with nothing inherited or left to defaults of its file",
        ],
        [
          "ft explain pythia-1-4b-add-sub-100 --memory 8GiB",
          "the time and memory of a model whose weights are not here yet",
        ],
      ),
    )
    .action(run);
}

async function run(given: string, options: Options): Promise<void> {
  await useMemory(options);
  const [{ checkExperiment }, { describeForesight, foresee }, { stageDefinitions }] = await Promise.all([
    import("../experiment/check-experiment.ts"),
    import("../experiment/explain/explain-experiment.ts"),
    import("../experiment/stage-definitions.ts"),
  ]);
  const { runs } = await checkExperiment(given, { weights: "optional" });
  const definitions = await stageDefinitions();
  for (const experiment of runs) {
    const foresight = await foresee(experiment, definitions, (text) => console.error(text));
    console.log(describeForesight(foresight, options).join("\n"));
  }
}
