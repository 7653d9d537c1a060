/** Runs one experiment of the reproduction and keeps its small tables. */
import { availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { relative } from "node:path";
import { type Experiment, recordedDuration, renderRef, repositoryRoot, UserError } from "@ft/artifacts";
import { type RunRecord, readOrigin } from "@ft/report";
import { chosenStages } from "../experiment/run-experiment.ts";
import { runNx } from "../nx/run-nx.ts";
import type { ReproductionProgress } from "./progress.ts";

/** Lines of Nx's output that are printed if it fails. */
const LAST_LINES = 60;

/**
 * Runs all stages of an experiment that are out of date.
 *
 * @param variant its file relative to the root, if it is a variant
 * @throws UserError if a stage fails, after the end of its output
 */
export async function runMember(
  experiment: Experiment,
  progress: ReproductionProgress,
  variant?: string,
): Promise<void> {
  const refs = chosenStages(experiment);
  const kinds = [...new Set(refs.map(({ uses }) => uses))];
  const lines: string[] = [];
  const code = await runNx(
    repositoryRoot(experiment.folder),
    [
      ...["run-many", "-t", kinds.join(","), `--projects=${refs.map(renderRef).join(",")}`],
      `--parallel=${availableParallelism()}`,
    ],
    variant === undefined ? {} : { FT_VARIANT: variant },
    (line) => {
      if (progress.read(line)) return;
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
    },
  );
  if (code === 0) return;
  progress.clear();
  console.log(lines.join("\n"));
  process.exitCode = code;
  const end = code > 128 ? "was interrupted" : "did not finish";
  throw new UserError(`${experiment.name} ${end}`, { remedy: "the same command resumes from there" });
}

/**
 * How an experiment was computed: commit, command, machine, and the seconds of each stage that ran here. None of it is
 * hashed; what decides bytes is in the manifests.
 */
export function recordOf({ folder, stages }: Experiment, command: string): RunRecord {
  const root = repositoryRoot(folder);
  const { commit, changed } = readOrigin(root);
  const seconds = [...stages.values()].flatMap(({ home }) => {
    const took = recordedDuration(root, home.experiment, home.stage);
    return took === undefined ? [] : [[renderRef(home), Math.round(10 * took) / 10] as const];
  });
  return {
    command,
    commit: commit ?? null,
    changed,
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${release()}`,
    },
    node: process.versions.node,
    seconds: Object.fromEntries(seconds),
  };
}

/** A path as it is shown to a person in the current folder. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}
