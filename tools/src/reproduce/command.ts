/** The command line of `npm run reproduce`. */
import { Command } from "commander";
import { examples } from "../cli/arguments.ts";
import { type ReproduceOptions, reproduce } from "./reproduce.ts";

/** The command, which can be parsed once. */
export function createReproduce(): Command {
  return new Command("npm run reproduce --")
    .description(
      "run the experiments of the reproduction that are out of date, keep their small tables in results/, and write what they show to findings/. Interrupted, it resumes with the same command; on several machines, commit each one's results/.",
    )
    .argument("[experiment...]", "some of the experiments with the tag paper; default all")
    .option(
      "--quick",
      "two seeds of the experiments with the tag quick, into quick/, on pages marked as such",
    )
    .option("--list", "only list the experiments, which stages would run, and about how long that takes")
    .addHelpText(
      "after",
      examples(
        ["npm run reproduce -- --list", "what would run, and how long it takes"],
        ["npm run reproduce -- sequence lcm", "two experiments; the findings are over all that are kept"],
        ["npm run reproduce -- --quick", "a first look"],
      ),
    )
    .action((named: string[], options: ReproduceOptions) => reproduce(named, options));
}
