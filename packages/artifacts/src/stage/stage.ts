import type { z } from "zod";
import type { Provenance } from "../manifest/manifest.ts";
import type { Progress } from "../progress/progress.ts";
import type { AnySchema } from "../schemas/schema.ts";

/** All that a stage knows while it runs. */
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
  /** For each role, the folders of the stages that play it, absolute, in the order of the experiment. */
  inputs: Record<string, string[]>;
  /** The folder to write into. It takes the stage's output folder's place when the stage has succeeded. */
  output: string;
  /**
   * A folder kept when the stage is cut off, so that the next try with the same configuration and inputs can go on
   * from there; removed once the stage has succeeded.
   */
  work: string;
  progress: Progress;
  /** To hand to writeTable; a stage that computes sets its `backend`. */
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

/** A kind of stage: what it reads, what it writes, and the function in between. */
export interface StageDefinition<Config> {
  /** The kind's name, as in an experiment's `uses`. */
  uses: string;
  /** The workspace package whose code it is: a folder in `packages/`. */
  package: string;
  /** What it does, in one line. */
  description: string;
  configSchema: z.ZodType<Config>;
  /** The roles it reads. Left out, any role is accepted, and only checked for damage. */
  inputs?: Readonly<Record<string, RoleContract>>;
  /** Whose training runs its tables are about: "own" if it trains, else those of the role named. Left out: of none. */
  runs?: string;
  /** The tables it must have written when it returns. */
  outputs: readonly AnySchema[];
  run(context: StageContext<Config>): void | Promise<void>;
  /**
   * Present if `run` is an outside command. Its tables are then checked against their schemas and get their manifests
   * after it has run, with this in them.
   */
  outside?: Provenance["outside"];
  /**
   * Judges what an outside command wrote by what the tables mean together with the model and the inputs. Called when
   * every table in `output` fits its schema and has a manifest.
   *
   * @throws UserError naming what is wrong with the output
   */
  admitOutput?(context: StageContext<Config>): void | Promise<void>;
}

/** A definition whatever its configuration is; it only ever runs with what its own schema has made. */
// biome-ignore lint/suspicious/noExplicitAny: a configuration is an argument of `run`, so no other type covers all of them
export type AnyStage = StageDefinition<any>;
