import type { z } from "zod";
import type { ConfigProblem } from "../config/describe-issues.ts";
import type { Provenance } from "../manifest/manifest.ts";
import type { Progress } from "../progress/progress.ts";
import type { AnySchema } from "../schemas/schema.ts";
import type { EstimateContext, StageEstimate } from "./estimate.ts";

/** Everything a stage is given when it runs. */
export interface StageContext<Config> {
  /** Name of the experiment. */
  experiment: string;
  /** Name of the stage in it. */
  stage: string;
  /** The experiment's folder, absolute; paths in its configuration are relative to it. */
  folder: string;
  /** The stage's own configuration, defaults filled in. */
  config: Config;
  /** The experiment's seed. */
  seed: number;
  /** Folder of the base model, absolute. */
  model: string;
  /** For each role, the absolute folders of its stages, in the order of the experiment. */
  inputs: Record<string, string[]>;
  /** The folder to write into. It takes the stage's output folder's place when the stage has succeeded. */
  output: string;
  /** A folder for the parts of the stage's work that later runs of the stage can use, see {@link partFolder}. */
  work: string;
  progress: Progress;
  /** Passed to writeTable; a stage that computes sets its `backend`. */
  provenance: Provenance;
}

/** What a stage expects of a role. */
export interface RoleContract {
  /** Tables that every folder in this role must hold. */
  tables: readonly AnySchema[];
  /** Whether an experiment may leave the role out. @default false */
  optional?: boolean;
  /** Whether more than one stage may be in the role. @default false */
  several?: boolean;
}

/** What a configuration is checked against. */
export interface ConfigContext {
  /** The experiment's folder, absolute; paths in the configuration are relative to it. */
  folder: string;
  /** Folder of the base model, absolute and readable. */
  model: string;
}

/** A kind of stage: what it reads, what it writes, and the function in between. */
export interface StageDefinition<Config> {
  /** The kind's name, as in an experiment's `uses`. */
  uses: string;
  /** The workspace package whose code it is: a folder in `packages/`. */
  package: string;
  /** What it does, in one line. */
  description: string;
  configSchema: z.ZodType<Config>;
  /** The roles it reads. If omitted, any role is accepted, and only checked for damage. */
  inputs?: Readonly<Record<string, RoleContract>>;
  /** Whose training runs its tables are about: "own" if it trains, else the role whose runs they are. Omitted: no runs. */
  runs?: string;
  /** The tables it must have written when it returns. */
  outputs: readonly AnySchema[];
  run(context: StageContext<Config>): void | Promise<void>;
  /**
   * Checks a configuration for what its schema cannot: files that it names, the base model. `ft check` calls it before
   * anything runs.
   *
   * @returns what is wrong, by path in the configuration
   */
  checkConfig?(config: Config, context: ConfigContext): ConfigProblem[] | Promise<ConfigProblem[]>;
  /**
   * What it takes, and what it writes as far as that decides what later stages take. Absent if it takes next to nothing and
   * decides nothing.
   *
   * @throws UnknownInput if it depends on a table that is not known yet
   */
  estimate?(config: Config, context: EstimateContext): StageEstimate | Promise<StageEstimate>;
  /**
   * Present if `run` is an outside command. After it has run, its tables are checked against their
   * schemas and get manifests that include this.
   */
  outside?: Provenance["outside"];
  /**
   * Checks what an outside command wrote against the model and the inputs. Called when
   * every table in `output` fits its schema and has a manifest.
   *
   * @throws UserError naming what is wrong with the output
   */
  admitOutput?(context: StageContext<Config>): void | Promise<void>;
}

/** A definition with any configuration; it only runs with what its own schema has parsed. */
// biome-ignore lint/suspicious/noExplicitAny: a configuration is an argument of `run`, so no other type covers all of them
export type AnyStage = StageDefinition<any>;
