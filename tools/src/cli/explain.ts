import type { Command } from "commander";
import { examples } from "./arguments.ts";

interface Options {
  config?: boolean;
}

export function explain(program: Command): void {
  program
    .command("explain")
    .description(
      "list the stages of an experiment, which of them would run and why, and what that would cost",
    )
    .argument(
      "<experiment>",
      "the name of a folder in experiments/, of a point of its sweep, or of a run in runs/",
    )
    .option(
      "--config",
      "also print every stage's inputs and configuration, put together from where they are written",
    )
    .addHelpText(
      "after",
      examples(
        ["ft explain add-sub-100", "the stages that `ft run add-sub-100` would run"],
        [
          "ft explain add-sub-100 --config",
          "the experiment with nothing inherited or left to defaults of its file",
        ],
      ),
    )
    .action(run);
}

async function run(given: string, options: Options): Promise<void> {
  const [{ checkExperiment }, { explainExperiment }, { stageDefinitions }] = await Promise.all([
    import("../experiment/check-experiment.ts"),
    import("../experiment/explain/explain-experiment.ts"),
    import("../experiment/stage-definitions.ts"),
  ]);
  const { runs } = await checkExperiment(given);
  const definitions = await stageDefinitions();
  for (const experiment of runs) console.log(explainExperiment(experiment, definitions, options).join("\n"));
}
