// @ts-check
/**
 * The Nx plugin: projects for what to run (every stage of every experiment), for the packages the stages are made of, and
 * for the embedded base model. `nx run-many -t report` reproduces everything; `nx run add-sub-100.circuits:circuits` runs
 * one stage and what it needs.
 */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { baseProject } from "./base-project.mjs";
import { parseExperiment } from "./experiment.mjs";
import { normalizeOptions } from "./options.mjs";
import { packageProject, readPackages } from "./packages.mjs";
import { stageProject } from "./stage-project.mjs";

/** @import { CreateNodes, CreateNodesResultArray, ProjectConfiguration } from "nx/src/devkit-exports" */
/** @import { PluginOptions, Workspace } from "./types.d.ts" */

const EXPERIMENT = "experiment.json";
const MANIFEST = "package.json";
const FILES = `{experiments/*/${EXPERIMENT},packages/*/${MANIFEST},tools/${MANIFEST},**/*.safetensors}`;

/** @type {CreateNodes<PluginOptions>} */
export const createNodes = [
  FILES,
  (files, pluginOptions, { workspaceRoot }) => {
    const options = normalizeOptions(pluginOptions);
    const manifests = files.filter((file) => basename(file) === MANIFEST);
    const packages = readPackages(workspaceRoot, manifests);
    const weightFolders = new Set(
      files.filter((file) => file.endsWith(".safetensors")).map((file) => dirname(file)),
    );
    const workspace = { root: workspaceRoot, packages, weightFolders, options };
    return [
      ...[...packages.values()].map((package_) =>
        result(`${package_.root}/${MANIFEST}`, [packageProject(packages, package_, options)]),
      ),
      ...manifests
        .filter((file) => file === `packages/train/${MANIFEST}`)
        .map((file) => result(file, [baseProject(packages, options)])),
      ...files
        .filter((file) => basename(file) === EXPERIMENT)
        .map((file) => result(file, experimentProjects(file, workspace))),
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
  const { experiment, problems } = parseExperiment(name, readFileSync(join(workspace.root, file), "utf8"));
  if (experiment !== undefined)
    return experiment.stages.map((stage) => stageProject(name, file, experiment, stage, workspace));
  console.error(`${file}: left out of the task graph: ${problems.join("; ")}`);
  const command = `node tools/nx/refuse.mjs ${JSON.stringify(file)}`;
  return [{ name: `${name}.refused`, root: dirname(file), targets: { report: { command, cache: false } } }];
}

/**
 * @param {string} file
 * @param {ProjectConfiguration[]} projects
 * @returns {CreateNodesResultArray[number]}
 */
function result(file, projects) {
  return [file, { projects: Object.fromEntries(projects.map((project) => [project.root, project])) }];
}
