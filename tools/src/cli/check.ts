import type { Command } from "commander";
import { examples } from "./examples.ts";

export function check(program: Command): void {
  program
    .command("check")
    .description(
      "check experiments before they run: every mistake with its place, and what was probably meant",
    )
    .argument("<experiment...>", "names of folders in experiments/, or paths of experiment.json")
    .addHelpText(
      "after",
      examples(
        ["ft check add-sub-100", "experiments/add-sub-100/experiment.json"],
        ["ft check experiments/*/experiment.json", "all of them"],
      ),
    )
    .action(run);
}

async function run(experiments: readonly string[]): Promise<void> {
  const [{ reportFailure }, { checkExperiment }] = await Promise.all([
    import("@ft/artifacts"),
    import("../experiment/check-experiment.ts"),
  ]);
  for (const experiment of experiments) {
    try {
      const { name, stages } = await checkExperiment(experiment);
      console.log(`${name}: ${Object.keys(stages).length} stages, no mistakes`);
    } catch (error) {
      reportFailure(error);
      process.exitCode = 1;
    }
  }
}
