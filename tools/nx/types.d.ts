/** The types the plugin's modules share; they are plain JavaScript because the graph exists before anything is built. */

import type { Resources } from "@ft/experiment";

/** What nx.json may set for the plugin. */
export interface PluginOptions {
  /** Name of the target that compiles a package. @default "build" */
  buildTarget?: string;
  /** Variables whose values are part of every stage's cache key. @default ["FT_BACKEND", "FT_THREADS"] */
  environment?: string[];
  /** Hints by kind of stage, over those of its declaration. @default {} */
  resources?: Record<string, Partial<Resources>>;
}

/** The keys of an entry of `stages` that may name files; all others are kept too. */
export interface StageSection {
  /** Outside command. */
  run?: unknown;
  config?: unknown;
}

/** As much of an entry of `stages` as the task graph is made of. */
export interface Stage {
  name: string;
  /** Kind of stage. */
  uses: string;
  /** Names of the stages it reads, each once, in the order of its roles. */
  inputs: string[];
  /** Whether an outside command stands in for the stage's own program. */
  outside: boolean;
  /** The whole entry: part of its key. */
  section: StageSection;
}

/** As much of an experiment.json as the task graph is made of. */
export interface Experiment {
  /** Folder of the base model, absolute or relative to the workspace root. */
  model: string;
  /** As written: part of every stage's key. */
  seed: unknown;
  /** In the order of the file. */
  stages: Stage[];
}

/** A package of this workspace. */
export interface Package {
  /** As in its package.json, and so of its Nx project. */
  name: string;
  /** Folder, relative to the workspace root. */
  root: string;
  /** Package name to version. */
  dependencies: Record<string, string>;
}

/** What the projects of an experiment are made against. */
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
