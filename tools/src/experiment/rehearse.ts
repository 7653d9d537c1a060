/** `ft run --dry`: every stage of an experiment on a random model of the same widths, with as little to do as possible. */

import { existsSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import {
  counted,
  type Experiment,
  Experiments,
  modelFolder,
  renderRef,
  repositoryRoot,
  type Stage,
  type StageRef,
  UserError,
  writeFileAtomic,
} from "@ft/artifacts";
import { configFiles, isName, mergeAt, runName, splitRunName, VARIANT_FILE } from "@ft/experiment";
import { writeRandomModel } from "../model/random-model.ts";
import { tokenizerFolder } from "../model/tokenizer-folder.ts";
import { checkExperiment, checkInspected } from "./check-experiment.ts";
import { readRun } from "./find-experiment.ts";
import { LAYERS, reduceStage } from "./reduce-stage.ts";
import { chosenStages, runStages } from "./run-experiment.ts";

/** What a rehearsal is called after its experiment. */
const SUFFIX = "dry";
/** The model's folder in the rehearsal's; no stage can have this name. */
const MODEL = ".model";
const MARK =
  "Rehearsal on random weights, two updates and a few prompts: it shows that every stage runs. None of its numbers means anything.";

/**
 * Runs every stage of an experiment, those it reads in other experiments included, in a folder of their own in runs/, which is removed
 * when all have succeeded.
 *
 * @param given the name of an experiment or of a point of its sweep; of a sweep the first point runs
 * @throws UserError if it has mistakes or a stage fails; what was written then stays, to be looked at
 */
export async function rehearse(
  given: string,
  { set = [], stage }: { set?: readonly unknown[]; stage?: readonly string[] },
): Promise<void> {
  if (set.length > 0 || stage !== undefined)
    throw new UserError("--dry runs every stage with settings of its own", {
      remedy: "leave out --set and --stage",
    });
  const { runs } = await checkExperiment(given, { weights: "optional" });
  const [experiment] = runs as [Experiment];
  const root = repositoryRoot(experiment.folder);
  const { experiment: base, parts } = splitRunName(experiment.name);
  const name = runName(base, [...parts, SUFFIX]);
  const folder = join(root, "runs", name);
  clear(root, name);
  const model = modelFolder(experiment.model, root);
  console.log(
    await writeRandomModel({
      like: model,
      layers: LAYERS,
      out: join(folder, MODEL),
      tokenizer: tokenizerFolder(model, root).folder,
    }),
  );
  const file = join(folder, VARIANT_FILE);
  const content = rehearsalOf(experiment, relative(root, join(folder, MODEL)));
  writeFileAtomic(file, `${JSON.stringify(content, null, 2)}\n`);
  const found = await checkInspected(new Experiments().inspect(file));
  const { stages } = found.experiment;
  await runStages(root, name, chosenStages(found.experiment), { FT_VARIANT: relative(root, file) }, [
    "--skip-nx-cache",
  ]);
  const missing = [...stages.keys()].filter((one) => !existsSync(join(folder, one)));
  if (missing.length > 0)
    throw new UserError(`stages of the rehearsal left nothing behind: ${missing.join(", ")}`, {
      file: folder,
    });
  clear(root, name);
  const kinds = [...new Set([...stages.values()].map(({ uses }) => uses))];
  console.log(`${counted(stages.size, "stage")} ran (${kinds.join(", ")}). ${MARK} They were removed.`);
}

/** The contents of an experiment.json with everything that an experiment does, on another model and with little to do. */
export function rehearsalOf(experiment: Experiment, model: string): object {
  return {
    description: `${MARK} ${experiment.description}`,
    model,
    seed: experiment.seed,
    stages: Object.fromEntries(reducedStages(experiment)),
  };
}

function clear(root: string, name: string): void {
  for (const folder of ["runs", ".cache/work", ".cache/durations"])
    rmSync(join(root, folder, name), { recursive: true, force: true });
}

/** The stages of an experiment and those of others that they read, by their names in the rehearsal. */
function reducedStages(experiment: Experiment): Map<string, object> {
  const reduced = new Map<string, object>();
  const others = new Map<string, Experiment>();
  const add = (stage: Stage, of: Experiment): string => {
    const name = of === experiment ? stage.name : foreignName(stage.home);
    if (reduced.has(name)) return name;
    reduced.set(name, {}); // keeps its place, and ends circles
    const inputs = Object.entries(stage.inputs).flatMap(([role, refs]) => {
      const wanted = role === "rates" ? refs.filter((ref) => isIn(of, ref)) : refs;
      return wanted.length > 0 ? [[role, wanted.map((ref) => read(ref, of))]] : [];
    });
    reduced.set(name, {
      uses: stage.uses,
      ...(inputs.length > 0 && { inputs: Object.fromEntries(inputs) }),
      config: stage.run === undefined ? reduceStage(stage.uses, absolute(stage, of.folder)) : stage.config,
      ...(stage.run !== undefined && { run: stage.run }),
    });
    return name;
  };
  const read = (ref: StageRef, from: Experiment): string => {
    const isRef = ({ home }: Stage) => renderRef(home) === renderRef(ref);
    for (const of of [experiment, from]) {
      const own = [...of.stages.values()].find(isRef);
      if (own) return add(own, of);
    }
    const other = others.get(ref.experiment) ?? readRun(ref.experiment, experiment.folder);
    others.set(ref.experiment, other);
    return add([...other.stages.values()].find(isRef)!, other);
  };
  for (const stage of experiment.stages.values()) add(stage, experiment);
  return reduced;
}

/** Rates of another experiment are for the ranks of a deeper model: an equal budget has other ranks in fewer layers. */
function isIn({ stages }: Experiment, ref: StageRef): boolean {
  return [...stages.values()].some(({ home }) => renderRef(home) === renderRef(ref));
}

/** A stage of another experiment in this one. */
function foreignName({ experiment, stage }: StageRef): string {
  const name = `${experiment.replaceAll("--", "-")}-${stage}`;
  return isName(name) ? name : stage;
}

/** A stage's configuration with absolute paths of files. */
function absolute({ kind, config }: Stage, folder: string): Record<string, unknown> {
  const files = configFiles(kind, config);
  return files.reduce(
    (moved, { path, file }) => mergeAt(moved, path, resolve(folder, file)) as Record<string, unknown>,
    config,
  );
}
