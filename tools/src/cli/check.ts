import type { Command } from "commander";
import { examples } from "./arguments.ts";

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
  const [{ reportFailure }, { checkExperiment }, { describeKeyFiles }] = await Promise.all([
    import("@ft/artifacts"),
    import("../experiment/check-experiment.ts"),
    import("../experiment/key-files.ts"),
  ]);
  for (const experiment of experiments) {
    try {
      const checked = await checkExperiment(experiment);
      const count = Object.keys(checked.stages).length;
      console.log(`${checked.name}: ${count === 1 ? "one stage" : `${count} stages`}, no mistakes`);
      for (const line of await describeKeyFiles(checked)) console.log(`  ${line}`);
    } catch (error) {
      reportFailure(error);
      process.exitCode = 1;
    }
  }
}
