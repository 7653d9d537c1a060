// @ts-check
/**
 * The Nx plugin: projects for what to run (every stage of every experiment), for the packages the stages are made of, and
 * for the embedded base model. `nx run-many -t report` reproduces everything; `nx run add-sub-100.circuits:circuits` runs
 * one stage and what it needs. Before tasks run it waits for its turn and throws damaged results out of the cache.
 */
import { basename, dirname, join } from "node:path";
import { hashOf } from "@ft/bytes";
import { baseProject } from "./base-project.mjs";
import { describeProblems, isName, parseExperiment } from "./experiment.mjs";
import { findExperiments } from "./find-experiments.mjs";
import { machineKey } from "./machine.mjs";
import { normalizeOptions } from "./options.mjs";
import { MARKERS, packageProject, testsProject } from "./package-project.mjs";
import { readPackages } from "./packages.mjs";
import { stageProjects } from "./stage-project.mjs";

/** @import { CreateNodes, CreateNodesResultArray, ProjectConfiguration } from "nx/src/devkit-exports" */
/** @import { PluginOptions, Workspace } from "./types.d.ts" */

export { postTasksExecution, preTasksExecution } from "./tasks-hooks.mjs";

const MANIFEST = "package.json";
/** Makes the folder `test` a project. */
const TESTS = "vitest.config.ts";
const FILES = `{${["experiments/*/experiment.json", `packages/*/${MANIFEST}`, `tools/${MANIFEST}`, TESTS, ...MARKERS]}}`;

/** @type {CreateNodes<PluginOptions>} */
export const createNodes = [
  FILES,
  (files, pluginOptions, { workspaceRoot }) => {
    const options = normalizeOptions(pluginOptions);
    const manifests = files.filter((file) => basename(file) === MANIFEST);
    const packages = readPackages(workspaceRoot, manifests);
    const modelKeys = new Map();
    const workspace = { root: workspaceRoot, packages, modelKeys, machine: machineKey(), options };
    return [
      ...[...packages.values()].map((package_) =>
        result(`${package_.root}/${MANIFEST}`, [packageProject(package_, files, workspace)]),
      ),
      ...manifests
        .filter((file) => file === `packages/train/${MANIFEST}`)
        .map((file) => result(file, [baseProject(packages, options)])),
      ...files.filter((file) => file === TESTS).map((file) => result(file, [testsProject(files, workspace)])),
      ...findExperiments(workspaceRoot, files).map((file) =>
        result(file, experimentProjects(file, workspace)),
      ),
    ];
  },
];

/**
 * @param {string} file experiment.json, relative to the workspace root
 * @param {Workspace} workspace
 * @returns {ProjectConfiguration[]} one for each stage; for a bad file, one that fails with what is wrong with it
 */
function experimentProjects(file, workspace) {
  const name = basename(dirname(file));
  const { experiment, problems } = parseExperiment(name, join(workspace.root, file));
  if (experiment !== undefined) return stageProjects(name, file, experiment, workspace);
  const task = `${projectName(name)}.refused:report`;
  console.error(
    `${describeProblems(problems, file)}\n  other experiments still run; this one has only ${task}`,
  );
  return [refusedProject(name, file)];
}

/**
 * @param {string} name of the experiment's folder, any text
 * @param {string} file
 * @returns {ProjectConfiguration} whose `report` fails with what is wrong with the experiment
 */
function refusedProject(name, file) {
  const safe = projectName(name);
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
 * @returns {string} the name itself if it is one, or one made of it that no other folder has
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
 * @param {string} file
 * @param {ProjectConfiguration[]} projects
 * @returns {CreateNodesResultArray[number]}
 */
function result(file, projects) {
  return [file, { projects: Object.fromEntries(projects.map((project) => [project.root, project])) }];
}
