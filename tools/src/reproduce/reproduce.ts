/** `npm run reproduce`: the paper's experiments, all of them or some, and what they show. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  duration,
  type Experiment,
  type ExperimentFile,
  Experiments,
  renderRef,
  repositoryRoot,
  type Stage,
  type StageRef,
  UserError,
} from "@ft/artifacts";
import { createProgram } from "../cli/main.ts";
import { type CheckOptions, checkInspected } from "../experiment/check-experiment.ts";
import { stageStates } from "../experiment/explain/stage-state.ts";
import { allExperiments, findExperiment } from "../experiment/find-experiment.ts";
import { stageDefinitions } from "../experiment/stage-definitions.ts";
import { writeVariant } from "../experiment/variant.ts";
import { checkParts } from "./check-parts.ts";
import { Expectation, type FindStage } from "./expected.ts";
import { keepResults } from "./keep-results.ts";
import { readMembers } from "./members.ts";
import { ReproductionProgress } from "./progress.ts";
import { quickVariant } from "./quick.ts";
import { recordOf, runMember, shown } from "./run-member.ts";

export interface ReproduceOptions {
  /** Two seeds of some experiments, in a folder of their own. */
  quick?: boolean;
  /** Only show what would run. */
  list?: boolean;
}

/** What is shown on top of the pages of a quick run. */
const QUICK_MARK =
  "Quick run: two seeds of some tasks. It shows that everything runs, and is no basis for conclusions.";

/** An experiment to run, and the file of its variant, relative to the root. */
interface Member {
  experiment: Experiment;
  variant?: string;
}

/**
 * Runs the experiments of the reproduction that are out of date, keeps the small tables of each as soon as it has finished, and
 * writes the findings over all that are kept.
 *
 * @param named experiments; none for all
 * @throws UserError if a name is not that of a member, results of other code are kept, or a stage fails
 */
export async function reproduce(
  named: readonly string[],
  { quick = false, list = false }: ReproduceOptions,
): Promise<void> {
  const root = repositoryRoot(process.cwd());
  const files = readMembers(quick ? "quick" : "paper", named, root);
  const members: Member[] = [];
  for (const file of files) members.push(quick ? await asVariant(file, { fetch: !list }) : asMember(file));
  const folder = quick ? join(root, "quick", "results") : join(root, "results");
  const plan = await planRun(root, members);
  for (const line of describePlan(plan)) console.log(line);
  if (list) return;
  checkParts(folder, new Set(members.flatMap(({ experiment }) => homesOf(experiment))));
  for (const file of files) await checkInspected(new Experiments().inspect(file.file), { fetch: true });
  const progress = new ReproductionProgress(plan.expected, availableParallelism());
  const command = ["npm run reproduce --", ...named, ...(quick ? ["--quick"] : [])].join(" ");
  for (const [i, { experiment, variant }] of members.entries()) {
    progress.begin(`${experiment.name} (${i + 1} of ${members.length})`);
    await runMember(experiment, progress, variant);
    const record = recordOf(experiment, command);
    const isNew = await keepResults(experiment, folder, record);
    progress.clear();
    console.log(
      `${experiment.name}: ${isNew ? "kept in" : "as it is in"} ${shown(join(folder, experiment.name))}`,
    );
  }
  await writePages(root, folder, quick);
}

async function asVariant(file: ExperimentFile, options: CheckOptions): Promise<Member> {
  const variant = await quickVariant(file.experiment, options);
  if (!variant) return asMember(file);
  writeVariant(variant);
  return { experiment: variant.experiment, variant: variant.path };
}

function asMember({ experiment, runs }: ExperimentFile): Member {
  if (runs.length === 1 && runs[0] === experiment) return { experiment };
  throw new UserError("an experiment with a sweep cannot be part of the reproduction", {
    file: experiment.file,
    remedy: "make an experiment of each point",
  });
}

/** Names of the experiments in whose folders an experiment's stages are. */
function homesOf({ name, stages }: Experiment): string[] {
  return [name, ...[...stages.values()].map(({ home }) => home.experiment)];
}

/** What would run. */
interface RunPlan {
  rows: { name: string; stages: number; open: number; seconds: number }[];
  /** Expected seconds of one core by Nx project, of all stages that are out of date. */
  expected: Map<string, number>;
}

async function planRun(root: string, members: readonly Member[]): Promise<RunPlan> {
  const definitions = await stageDefinitions();
  const find = stageFinder(root, members);
  const expectation = new Expectation(find, definitions);
  const speed = expectation.speed(
    root,
    members.flatMap(({ experiment }) => [...experiment.stages.values()]),
  );
  const expected = new Map<string, number>();
  const rows = members.map(({ experiment }) => {
    const open = stageStates(experiment, definitions)
      .filter(({ reasons, stage }) => reasons.length > 0 && !expected.has(renderRef(stage.home)))
      .map(({ stage }) => ({ key: renderRef(stage.home), seconds: expectation.secondsOf(stage) * speed }));
    for (const { key, seconds } of open) expected.set(key, seconds);
    const seconds = open.reduce((sum, stage) => sum + stage.seconds, 0);
    return { name: experiment.name, stages: experiment.stages.size, open: open.length, seconds };
  });
  return { rows, expected };
}

/** Finds stages of the members and of all experiments. */
function stageFinder(root: string, members: readonly Member[]): FindStage {
  const experiments = new Experiments();
  const all = allExperiments(root).map((name) => experiments.inspect(findExperiment(name, root).file).found);
  const stages = [
    ...all.flatMap((found) => [...(found?.experiment.stages.values() ?? [])]),
    ...members.flatMap(({ experiment }) => [...experiment.stages.values()]),
  ];
  const byHome = new Map<string, Stage>(stages.map((stage) => [renderRef(stage.home), stage]));
  return (ref: StageRef) => byHome.get(renderRef(ref));
}

function describePlan({ rows }: RunPlan): string[] {
  const cores = availableParallelism();
  const width = Math.max(...rows.map(({ name }) => name.length));
  const time = (seconds: number) => duration((seconds / cores) * 1000);
  const total = rows.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    ...rows.map(({ name, stages, open, seconds }) => {
      const state = open === 0 ? "up to date" : `${open} of ${stages} stages to run, about ${time(seconds)}`;
      return `${name.padEnd(width)}  ${state}`;
    }),
    `${"all".padEnd(width)}  ${total === 0 ? "up to date" : `about ${time(total)} with ${cores === 1 ? "one core" : `${cores} cores`}`}`,
  ];
}

async function writePages(root: string, folder: string, quick: boolean): Promise<void> {
  checkParts(folder);
  const pages = quick ? join(root, "quick", "findings") : join(root, "findings");
  const mark = quick ? ["--mark", QUICK_MARK] : [];
  const args = ["findings", shown(folder), "--out", shown(pages), ...mark];
  await createProgram().parseAsync(args, { from: "user" });
}
