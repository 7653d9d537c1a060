import { resolve } from "node:path";
import type { Command } from "commander";
import { examples } from "./arguments.ts";

export function check(program: Command): void {
  program
    .command("check")
    .description(
      "check experiments before they run: every mistake with its place, and what was probably meant",
    )
    .argument("[experiment...]", "names of folders in experiments/, or paths of experiment.json; default all")
    .addHelpText(
      "after",
      examples(
        ["ft check add-sub-100", "experiments/add-sub-100/experiment.json"],
        ["ft check", "all of them"],
      ),
    )
    .action(run);
}

async function run(named: readonly string[]): Promise<void> {
  const [
    { reportFailure, repositoryRoot },
    { lacksWeights },
    { checkExperiment },
    { describeKeyFiles },
    { allExperiments },
  ] = await Promise.all([
    import("@ft/artifacts"),
    import("@ft/experiment"),
    import("../experiment/check-experiment.ts"),
    import("../experiment/key-files.ts"),
    import("../experiment/find-experiment.ts"),
  ]);
  for (const experiment of named.length > 0 ? named : allExperiments()) {
    try {
      const checked = await checkExperiment(experiment, { weights: "optional" });
      const stages = checked.experiment.stages.size;
      const { model, folder } = checked.experiment;
      const without = lacksWeights(resolve(repositoryRoot(folder), model))
        ? `; the weights of ${model} are not there yet`
        : "";
      const points = checked.runs[0] !== checked.experiment ? ` at ${checked.runs.length} points` : "";
      console.log(
        `${checked.name}: ${stages === 1 ? "one stage" : `${stages} stages`}${points}, no mistakes${without}`,
      );
      for (const line of await describeKeyFiles(checked.experiment)) console.log(`  ${line}`);
    } catch (error) {
      reportFailure(error);
      process.exitCode = 1;
    }
  }
}
