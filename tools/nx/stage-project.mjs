// @ts-check
/**
 * The project of one stage of one experiment. Every stage is a project of its own: a cache key holds the whole project,
 * so in a common one a change to any stage would run them all again.
 */
import { existsSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { libraries, withDependencies } from "./packages.mjs";
import { stageKinds } from "./stage-kinds.mjs";

/** @import { ProjectConfiguration, TargetConfiguration } from "nx/src/devkit-exports" */
/** @import { Experiment, Stage, Workspace } from "./types.d.ts" */
/** @typedef {NonNullable<TargetConfiguration["inputs"]>} Inputs */

/**
 * @param {string} name of the experiment
 * @param {string} file its experiment.json, relative to the workspace root
 * @param {Experiment} experiment
 * @param {Stage} stage
 * @param {Workspace} workspace
 * @returns {ProjectConfiguration} named `<experiment>.<stage>`, with one target named after the kind of stage
 */
export function stageProject(name, file, experiment, stage, workspace) {
  const { options, packages } = workspace;
  const kind = stageKinds[stage.uses];
  if (kind === undefined) throw new Error(`no kind of stage is named ${stage.uses}`);
  const needed = withDependencies(packages, [`@ft/${stage.uses}`]);
  // An outside command is bound by the tables' contracts and by nothing else of this workspace's code.
  const keyed = stage.outside ? withDependencies(packages, ["@ft/artifacts"]) : needed;
  const program = stage.outside ? "tools/nx/run-outside.mjs" : `packages/${stage.uses}/dist/main.js`;
  const upstream = experiment.stages.filter((other) => stage.inputs.includes(other.name));
  return {
    name: `${name}.${stage.name}`,
    root: `runs/${name}/${stage.name}`,
    targets: {
      [stage.uses]: {
        command: `node ${program} --experiment ${file} --stage ${stage.name}`,
        cache: true,
        parallelism: kind.parallelism || isSmall(experiment.model, workspace.root),
        dependsOn: [
          ...needed.map((package_) => ({ projects: package_.name, target: options.buildTarget })),
          ...upstream.map((other) => ({ projects: `${name}.${other.name}`, target: other.uses })),
        ],
        inputs: [
          { json: `{workspaceRoot}/${file}`, fields: [`stages.${stage.name}`, "model", "seed"] },
          // Timings differ from run to run and decide nothing downstream: the report shows those it finds.
          ...upstream.map(({ name: other }) => ({
            dependentTasksOutputFiles: `runs/${name}/${other}/!(speed).arrow${kind.readsManifests ? "*" : ""}`,
          })),
          ...keyed.map((package_) => ({ dependentTasksOutputFiles: `${package_.root}/dist/**/*.js` })),
          // What is compiled to machine code or WebAssembly, and rounds in its own way.
          ...keyed.map(({ root }) => `{workspaceRoot}/${root}/src/**/kernels/**/*`),
          // Nx knows a library by its name alone, and means the copy at the root; a package may have a version of its own.
          ...keyed.map(({ root }) => ({
            json: `{workspaceRoot}/${root}/package.json`,
            fields: ["dependencies"],
          })),
          { externalDependencies: libraries(packages, keyed) },
          ...options.environment.map((env) => ({ env })),
          ...modelInputs(experiment.model, workspace),
          ...namedFiles(stage, workspace.root),
        ],
        outputs: ["{projectRoot}"],
        metadata: {
          description: `Stage ${stage.name} (${stage.uses}) of experiment ${name}`,
          resources: { ...kind.resources, ...options.resources[stage.uses] },
        },
      },
    },
  };
}

/** Stages on a model of at most this many bytes compute on one thread (see @ft/model's threads.ts): they may run side by side. */
const SMALL_BYTES = 20_000_000;

/**
 * @param {string} model folder, absolute or relative to the workspace root
 * @param {string} root
 */
function isSmall(model, root) {
  const weights = statSync(resolve(root, model, "model.safetensors"), { throwIfNoEntry: false });
  return weights !== undefined && weights.size <= SMALL_BYTES;
}

/**
 * @param {string} model folder, absolute or relative to the workspace root
 * @param {Workspace} workspace
 * @returns {Inputs} its files, but for its model card
 */
function modelInputs(model, { root, weightFolders }) {
  const folder = relative(root, resolve(root, model)).split(sep).join("/");
  // Outside the workspace or ignored by git, Nx would take the folder for an empty one.
  if (!weightFolders.has(folder)) return [fingerprint([model])];
  return [`{workspaceRoot}/${folder}/**/*`, `!{workspaceRoot}/${folder}/**/*.md`];
}

/**
 * @param {Stage} stage
 * @param {string} root
 * @returns {Inputs} the files that its config or its command names, such as a table to import or a script
 */
function namedFiles(stage, root) {
  const files = stage.words.filter((word) => {
    const path = resolve(root, word);
    return existsSync(path) && statSync(path).isFile();
  });
  return files.length === 0 ? [] : [fingerprint(files)];
}

/**
 * @param {string[]} paths
 * @returns {Inputs[number]} taken anew for every run
 */
function fingerprint(paths) {
  return {
    runtime: ["node tools/nx/fingerprint.mjs", ...paths.map((path) => JSON.stringify(path))].join(" "),
  };
}
