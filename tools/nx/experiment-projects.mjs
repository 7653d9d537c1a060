// @ts-check
/** The Nx projects of an experiment's file: one for each stage that it computes, and a placeholder for each that it shares. */
import { basename, dirname, join, resolve } from "node:path";
import { hashOf, UserError } from "@ft/bytes";
import { isName, lacksWeights, renderRef, splitRunName, WEIGHTS_TAG } from "@ft/experiment";
import { stageProject } from "./stage-project.mjs";

/** @import { ProjectConfiguration } from "nx/src/devkit-exports" */
/** @import { ExperimentFile, Experiments, Stage } from "@ft/experiment" */
/** @import { Workspace } from "./types.d.ts" */

/**
 * Projects are named `<experiment>.<stage>`; of a sweep, `<experiment>--<point>.<stage>`. A stage that is computed elsewhere (in
 * the experiment that this one extends, or at a point of fewer axes) also has a project under this name, which only waits
 * for it. A swept experiment has such projects under its own name, for all points. All have the tags of the file. An experiment with
 * the tag `weights` has no projects until its model's weights are there: `nx run-many` passes over it.
 *
 * @param {string} file experiment.json, relative to the workspace root
 * @param {Experiments} experiments of the workspace
 * @param {Workspace} workspace
 * @returns {ProjectConfiguration[]} for an invalid file a single one, whose report fails with its mistakes
 */
export function experimentProjects(file, experiments, workspace) {
  /** @type {ExperimentFile | undefined} */
  let read;
  const problem = problemOf(() => {
    read = experiments.read(join(workspace.root, file));
  });
  if (read === undefined) {
    const name = projectName(basename(dirname(file)));
    console.error(
      `${problem?.replaceAll(`${workspace.root}/`, "")}\n  other experiments still run; this one has only ${name}.refused:report`,
    );
    return [refusedProject(name, file)];
  }
  const { tags, model } = read.experiment;
  if (tags.includes(WEIGHTS_TAG) && lacksWeights(resolve(workspace.root, model))) return [];
  /** @type {Map<string, ProjectConfiguration>} */
  const projects = new Map();
  /** @type {Map<string, { stage: Stage, homes: Set<string> }>} */
  const waiting = new Map();
  for (const run of read.runs)
    for (const stage of run.stages.values()) {
      const home = renderRef(stage.home);
      if (!projects.has(home) && isOwn(stage, read))
        projects.set(home, stageProject(file, run, stage, workspace));
      for (const name of [read.experiment.name, run.name]) {
        const alias = renderRef({ experiment: name, stage: stage.name });
        const { homes } = waiting.get(alias) ?? { homes: new Set() };
        waiting.set(alias, { stage, homes: homes.add(home) });
      }
    }
  for (const [name, { stage, homes }] of waiting)
    if (!projects.has(name)) projects.set(name, waitingProject(name, stage, [...homes]));
  return [...projects.values()].map((project) =>
    tags.length > 0 ? { ...project, tags: [...tags] } : project,
  );
}

/**
 * @param {Stage} stage
 * @param {ExperimentFile} file
 * @returns {boolean} whether it is computed by the experiment of the file or at a point of its sweep
 */
function isOwn({ home }, { name, runs, experiment }) {
  const swept = runs[0] !== experiment;
  return home.experiment === name || (swept && splitRunName(home.experiment).experiment === name);
}

/**
 * @param {string} name
 * @param {Stage} stage
 * @param {string[]} homes projects that compute it
 * @returns {ProjectConfiguration}
 */
function waitingProject(name, stage, homes) {
  const description = `Stage ${name} is computed as ${homes.slice(0, 5).join(", ")}${homes.length > 5 ? ", ..." : ""}`;
  return {
    name,
    root: `runs/${name.replace(".", "/")}`,
    targets: {
      [stage.uses]: {
        executor: "nx:noop",
        // The default is all files of its folder, of which Nx knows none.
        inputs: [],
        dependsOn: homes.map((projects) => ({ projects, target: stage.uses })),
        metadata: { description },
      },
    },
  };
}

/**
 * @param {string} safe a name
 * @param {string} file
 * @returns {ProjectConfiguration} whose `report` fails with the mistakes in the experiment
 */
function refusedProject(safe, file) {
  return {
    name: `${safe}.refused`,
    root: `runs/${safe}/refused`,
    targets: {
      report: {
        executor: "nx:run-commands",
        // Encoded, because Nx fills in what looks like {this} in options.
        options: { command: "node tools/nx/refuse.mjs", env: { FT_RUN_REFUSED: encodeURIComponent(file) } },
        inputs: [],
        cache: false,
      },
    },
  };
}

/**
 * @param {string} name of a folder, any text
 * @returns {string} the name itself if it is valid, otherwise a unique one derived from it
 */
function projectName(name) {
  if (isName(name)) return name;
  const readable =
    name
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join("-")
      .slice(0, 40) ?? "unnamed";
  return `${readable}-${hashOf(name).slice(0, 8)}`;
}

/**
 * @param {() => void} read
 * @returns {string | undefined} the message of a UserError, if reading throws one
 */
export function problemOf(read) {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
