// @ts-check
/**
 * The project of one stage of one experiment. Every stage has its own project: a cache key holds the whole project,
 * so in a shared one a change to any stage would run all of them again.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, hashOf } from "@ft/bytes";
import {
  decidingFiles,
  findSnapshot,
  modelFolder,
  parseHubModel,
  programOf,
  renderRef,
  splitRunName,
  WEIGHTS_FILE,
} from "@ft/experiment";
import { fingerprint } from "./fingerprint.mjs";
import { libraries, withDependencies } from "./packages.mjs";
import { stageFiles } from "./stage-files.mjs";

/** @import { ProjectConfiguration } from "nx/src/devkit-exports" */
/** @import { Experiment, Stage } from "@ft/experiment" */
/** @import { Workspace } from "./types.d.ts" */

/**
 * The project of a stage where it is computed, with one target named after the kind of stage. Every command has the
 * same text and finds its stage in the environment, so no content of a file is read by a shell.
 *
 * @param {string} file experiment.json, relative to the workspace root
 * @param {Experiment} experiment of that file, or a point of its sweep that has the stage
 * @param {Stage} stage
 * @param {Workspace} workspace
 * @returns {ProjectConfiguration}
 */
export function stageProject(file, experiment, stage, workspace) {
  const { root, packages, options } = workspace;
  const { kind, run, home, config } = stage;
  const { parts } = splitRunName(home.experiment);
  const isPoint = experiment.point !== "";
  // A stage may be read in several roles.
  const upstream = new Map(
    Object.values(stage.inputs)
      .flat()
      .map((ref) => [renderRef(ref), ref]),
  );
  const needed = withDependencies(packages, [`@ft/${kind.package}`]);
  // Of this workspace's code, an outside command depends only on the tables' contracts.
  const keyed = run !== undefined ? withDependencies(packages, ["@ft/artifacts"]) : needed;
  const program = run !== undefined ? "tools/nx/run-outside.mjs" : programOf(kind);
  return {
    name: renderRef(home),
    root: `runs/${home.experiment}/${home.stage}`,
    targets: {
      [stage.uses]: {
        executor: "nx:run-commands",
        options: {
          command: "node tools/nx/run-stage.mjs",
          env: {
            FT_RUN_EXPERIMENT: file,
            FT_RUN_POINT: isPoint ? parts.join("--") : "",
            FT_RUN_STAGE: stage.name,
            FT_RUN_PROGRAM: program,
            // For Nx, whose keys include a target's options, not for the stage.
            FT_KEY_SECTION: hashOf(canonicalJson(stage.section)),
            FT_KEY_MODEL: modelKey(experiment.model, workspace),
            FT_KEY_FILES: fingerprint(
              root,
              stageFiles({ kind, run, config }, { root, experimentFolder: experiment.folder }),
            ),
          },
        },
        cache: true,
        parallelism: kind.parallelism || isSmall(experiment.model, root),
        dependsOn: [
          ...needed.map((package_) => ({ projects: package_.name, target: options.buildTarget })),
          ...[...upstream].map(([projects, { uses }]) => ({ projects, target: uses })),
        ],
        inputs: [
          // Timings differ from run to run and decide nothing downstream: the report shows those it finds.
          ...[...upstream.values()].map((other) => ({
            dependentTasksOutputFiles: `runs/${other.experiment}/${other.stage}/!(speed).arrow${kind.readsManifests ? "*" : ""}`,
          })),
          ...keyed.map((package_) => ({ dependentTasksOutputFiles: `${package_.root}/dist/**/*.js` })),
          // Kernels compiled to machine code or WebAssembly, whose rounding may change.
          ...keyed.map((package_) => `{workspaceRoot}/${package_.root}/src/**/kernels/**/*`),
          // Nx knows a library only by its name, and means the copy at the root; a package may have its own version.
          ...keyed.map((package_) => ({
            json: `{workspaceRoot}/${package_.root}/package.json`,
            fields: ["dependencies"],
          })),
          { externalDependencies: libraries(packages, keyed) },
          ...options.environment.map((env) => ({ env })),
        ],
        outputs: ["{projectRoot}"],
        metadata: {
          description: `Stage ${home.stage} (${stage.uses}) of experiment ${home.experiment}`,
          resources: { ...kind.resources, ...options.resources[stage.uses] },
        },
      },
    },
  };
}

/** Stages on a model of at most this many bytes compute on one thread (see @ft/model's threads.ts): they may run in parallel. */
const SMALL_BYTES = 20_000_000;

/**
 * @param {string} model as the experiment names it
 * @param {string} root
 * @returns {boolean}
 */
function isSmall(model, root) {
  try {
    return statSync(join(modelFolder(model, root), WEIGHTS_FILE)).size <= SMALL_BYTES;
  } catch {
    return false; // the stage says what is wrong with the model
  }
}

/**
 * @param {string} model as the experiment names it
 * @param {Workspace} workspace
 * @returns {string} computed once for all experiments on a model
 */
function modelKey(model, { root, modelKeys }) {
  const key = modelKeys.get(model) ?? hubModelKey(model) ?? fingerprint(root, [model]);
  modelKeys.set(model, key);
  return key;
}

/**
 * The part of the key that a model of the hub has: its commit, which decides the contents of its files, and which of them are there.
 * No weights are read, so the key is the same on all machines.
 *
 * @param {string} model as the experiment names it
 * @returns {string | undefined} undefined if it is a folder
 */
function hubModelKey(model) {
  const hubModel = parseHubModel(model);
  if (hubModel === undefined) return undefined;
  const { commit = null, folder } = findSnapshot(hubModel) ?? {};
  return hashOf(canonicalJson({ commit, files: folder === undefined ? [] : filesThere(folder) }));
}

/**
 * @param {string} folder
 * @returns {string[] | null} null if the stage has to say what is wrong with them
 */
function filesThere(folder) {
  try {
    return decidingFiles(folder);
  } catch {
    return null;
  }
}
