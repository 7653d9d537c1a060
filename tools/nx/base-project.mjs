// @ts-check
/** The project of the embedded base model: `nx run base:pretrain` rebuilds it from its recipe. */
import { withDependencies } from "./packages.mjs";

/** @import { ProjectConfiguration } from "nx/src/devkit-exports" */
/** @import { Package, PluginOptions } from "./types.d.ts" */

/** The folder of the embedded base model, the default model of experiments. */
export const defaultModel = "models/nano";

/** The experiment whose data stages the model card's scores are measured on. */
const SCORED = "zero-shot";

/**
 * Never cached: its purpose is to overwrite committed files.
 *
 * @param {Map<string, Package>} packages all of the workspace
 * @param {Required<PluginOptions>} options
 * @returns {ProjectConfiguration}
 */
export function baseProject(packages, { buildTarget }) {
  return {
    name: "base",
    root: defaultModel,
    targets: {
      pretrain: {
        command: `node packages/train/dist/pretrain/main.js --score runs/${SCORED}`,
        cache: false,
        parallelism: false,
        dependsOn: [
          ...withDependencies(packages, ["@ft/train"]).map(({ name }) => ({
            projects: name,
            target: buildTarget,
          })),
          { projects: `${SCORED}.*`, target: "data" },
        ],
        outputs: ["{projectRoot}"],
        metadata: {
          description: "Pretrains the embedded base model on its synthetic mixture",
          resources: { cores: "all", memoryGiB: 4 },
        },
      },
    },
  };
}
