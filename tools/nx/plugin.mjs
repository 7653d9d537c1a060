// @ts-check
/**
 * The Nx plugin: projects for every stage of every experiment, for the packages, and
 * for the embedded base model. `nx run-many -t report` reproduces everything; `nx run add-sub-100.circuits:circuits` runs
 * one stage and what it needs. Before tasks run it takes the checkout's lock and drops damaged results from the cache.
 */
import { basename } from "node:path";
import { Experiments } from "@ft/experiment";
import { baseProject } from "./base-project.mjs";
import { experimentProjects } from "./experiment-projects.mjs";
import { findExperiments } from "./find-experiments.mjs";
import { machineKey } from "./machine.mjs";
import { normalizeOptions } from "./options.mjs";
import { MARKERS, packageProject, testsProject } from "./package-project.mjs";
import { readPackages } from "./packages.mjs";

/** @import { CreateNodes, CreateNodesResultArray, ProjectConfiguration } from "nx/src/devkit-exports" */
/** @import { PluginOptions } from "./types.d.ts" */

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
    const experiments = new Experiments();
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
        result(file, experimentProjects(file, experiments, workspace)),
      ),
    ];
  },
];

/**
 * @param {string} file
 * @param {ProjectConfiguration[]} projects
 * @returns {CreateNodesResultArray[number]}
 */
function result(file, projects) {
  return [file, { projects: Object.fromEntries(projects.map((project) => [project.root, project])) }];
}
