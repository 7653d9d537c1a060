/** The types the plugin's modules share; they are plain JavaScript because the graph exists before anything is built. */

import type { Resources, StageKind } from "@ft/experiment";

/** The plugin's options in nx.json. */
export interface PluginOptions {
  /** Name of the target that compiles a package. @default "build" */
  buildTarget?: string;
  /** Variables whose values are part of every stage's cache key. @default ["FT_BACKEND", "FT_THREADS"] */
  environment?: string[];
  /** Hints by kind of stage, which override its declaration. @default {} */
  resources?: Record<string, Partial<Resources>>;
}

/** The keys of an entry of `stages` that may name files; all others are kept too. */
export interface StageSection {
  /** Says which keys of the configuration name folders. @default none */
  kind?: StageKind;
  /** Outside command. */
  run?: unknown;
  config?: unknown;
}

/** A package of this workspace. */
export interface Package {
  /** The name in its package.json and of its Nx project. */
  name: string;
  /** Folder, relative to the workspace root. */
  root: string;
  /** Package name to version. */
  dependencies: Record<string, string>;
}

/** The context of an experiment's projects. */
export interface Workspace {
  /** Absolute folder. */
  root: string;
  /** By name. */
  packages: Map<string, Package>;
  /** Fingerprints of base models, by their folder as experiments name it; filled as they are needed. */
  modelKeys: Map<string, string>;
  /** Fingerprint of the machine, on which the results of tests depend. */
  machine: string;
  options: Required<PluginOptions>;
}
