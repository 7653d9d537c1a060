// @ts-check
/**
 * The project of one stage of one experiment. Every stage is a project of its own: a cache key holds the whole project,
 * so in a common one a change to any stage would run them all again.
 */
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { canonicalJson, hashOf } from "@ft/bytes";
import { kindNamed, programOf } from "@ft/experiment";
import { fingerprint } from "./fingerprint.mjs";
import { libraries, withDependencies } from "./packages.mjs";
import { stageFiles } from "./stage-files.mjs";

/** @import { ProjectConfiguration } from "nx/src/devkit-exports" */
/** @import { Experiment, Stage, Workspace } from "./types.d.ts" */

/**
 * The projects of an experiment, named `<experiment>.<stage>`, each with one target named after the kind of stage. The text of
 * every command is the same: which stage is meant, it learns from its environment, so nothing that a file says is read by a
 * shell.
 *
 * @param {string} name of the experiment
 * @param {string} file its experiment.json, relative to the workspace root
 * @param {Experiment} experiment
 * @param {Workspace} workspace
 * @returns {ProjectConfiguration[]} in the order of the stages
 */
export function stageProjects(name, file, experiment, workspace) {
  const stages = new Map(experiment.stages.map((stage) => [stage.name, stage]));
  const model = {
    small: isSmall(experiment.model, workspace.root),
    key: modelKey(experiment.model, workspace),
  };
  return experiment.stages.map((stage) => {
    const upstream = stage.inputs.flatMap((input) => stages.get(input) ?? []);
    return stageProject(name, file, experiment, { stage, upstream, model }, workspace);
  });
}

/**
 * @param {string} name of the experiment
 * @param {string} file
 * @param {Experiment} experiment
 * @param {{ stage: Stage, upstream: Stage[], model: { small: boolean, key: string } }} of
 * @param {Workspace} workspace
 * @returns {ProjectConfiguration}
 */
function stageProject(name, file, experiment, { stage, upstream, model }, { root, packages, options }) {
  const kind = kindNamed(stage.uses);
  if (kind === undefined) throw new Error(`no kind of stage is named ${stage.uses}`);
  const needed = withDependencies(packages, [`@ft/${kind.package}`]);
  // An outside command is bound by the tables' contracts and by nothing else of this workspace's code.
  const keyed = stage.outside ? withDependencies(packages, ["@ft/artifacts"]) : needed;
  const program = stage.outside ? "tools/nx/run-outside.mjs" : programOf(kind);
  const experimentFolder = join(root, dirname(file));
  return {
    name: `${name}.${stage.name}`,
    root: `runs/${name}/${stage.name}`,
    targets: {
      [stage.uses]: {
        executor: "nx:run-commands",
        options: {
          command: "node tools/nx/run-stage.mjs",
          env: {
            FT_RUN_EXPERIMENT: file,
            FT_RUN_STAGE: stage.name,
            FT_RUN_PROGRAM: program,
            // For Nx, whose keys include a target's options, not for the stage.
            FT_KEY_SECTION: hashOf(
              canonicalJson({ section: stage.section, model: experiment.model, seed: experiment.seed }),
            ),
            FT_KEY_MODEL: model.key,
            FT_KEY_FILES: fingerprint(root, stageFiles(stage.section, { root, experimentFolder })),
          },
        },
        cache: true,
        parallelism: kind.parallelism || model.small,
        dependsOn: [
          ...needed.map((package_) => ({ projects: package_.name, target: options.buildTarget })),
          ...upstream.map((other) => ({ projects: `${name}.${other.name}`, target: other.uses })),
        ],
        inputs: [
          // Timings differ from run to run and decide nothing downstream: the report shows those it finds.
          ...upstream.map(({ name: other }) => ({
            dependentTasksOutputFiles: `runs/${name}/${other}/!(speed).arrow${kind.readsManifests ? "*" : ""}`,
          })),
          ...keyed.map((package_) => ({ dependentTasksOutputFiles: `${package_.root}/dist/**/*.js` })),
          // What is compiled to machine code or WebAssembly, and rounds in its own way.
          ...keyed.map((package_) => `{workspaceRoot}/${package_.root}/src/**/kernels/**/*`),
          // Nx knows a library by its name alone, and means the copy at the root; a package may have a version of its own.
          ...keyed.map((package_) => ({
            json: `{workspaceRoot}/${package_.root}/package.json`,
            fields: ["dependencies"],
          })),
          { externalDependencies: libraries(packages, keyed) },
          ...options.environment.map((env) => ({ env })),
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
 * @returns {boolean}
 */
function isSmall(model, root) {
  try {
    return statSync(resolve(root, model, "model.safetensors")).size <= SMALL_BYTES;
  } catch {
    return false; // the stage says what is wrong with the model
  }
}

/**
 * @param {string} model folder, absolute or relative to the workspace root
 * @param {Workspace} workspace
 * @returns {string} taken once for all the experiments on a model
 */
function modelKey(model, { root, modelKeys }) {
  const key = modelKeys.get(model) ?? fingerprint(root, [model]);
  modelKeys.set(model, key);
  return key;
}
