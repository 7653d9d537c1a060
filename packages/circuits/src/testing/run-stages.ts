/** Runs the stages of this package on small inputs. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  changesSchema,
  circuitsSchema,
  comparisonsSchema,
  createProvenance,
  evaluationSchema,
  type Progress,
  parseConfig,
  readTable,
  type StageContext,
  scoresSchema,
  silentProgress,
} from "@ft/artifacts";
import type { z } from "zod";
import { keptFolder, temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { attributeConfig } from "../attribute/config.ts";
import { run as runAttribute } from "../attribute/run.ts";
import { evaluateConfig } from "../evaluate/config.ts";
import { run as runEvaluate } from "../evaluate/run.ts";
import { circuitsConfig } from "../select/config.ts";
import { run as runSelect } from "../select/run.ts";
import { writeInputs } from "./write-inputs.ts";

/** The result of a stage, and its progress. */
export interface StageRun {
  /** Its output folder. */
  output: string;
  /** Units of progress announced and done. */
  total: number;
  done: number;
  /** Messages shown. */
  notes: string[];
}

/** A folder with a model and inputs, in which stages are run one after another. */
export class Workbench {
  readonly folder: string;
  /** The name of the experiment and of every stage, which no table may depend on. */
  name = "test";

  /** @param life whether the folder goes with the test that made the workbench, or with all of the file's tests */
  constructor(life: "test" | "kept" = "test") {
    this.folder = life === "test" ? temporaryFolder() : keptFolder();
  }

  #inputs: Awaited<ReturnType<typeof writeInputs>> | undefined;

  /** Writes the inputs: at once the first time that they are asked for. */
  async inputs(rows?: Parameters<typeof writeInputs>[1]) {
    this.#inputs ??= await writeInputs(this.folder, rows);
    return this.#inputs;
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  async attribute(config: object = {}, output = "scores") {
    const { inputs } = await this.inputs();
    const run = await this.#run(runAttribute, attributeConfig, config, inputs, output);
    return { ...run, scores: readTable(run.output, scoresSchema) };
  }

  async select(config: object = {}, output = "circuits", scores = "scores") {
    const run = await this.#run(runSelect, circuitsConfig, config, { scores: [this.at(scores)] }, output);
    return {
      ...run,
      circuits: readTable(run.output, circuitsSchema),
      changes: readTable(run.output, changesSchema),
      comparisons: readTable(run.output, comparisonsSchema),
    };
  }

  async evaluate(config: object = {}, output = "evaluation", circuits: string | null = "circuits") {
    const { inputs } = await this.inputs();
    const all = { ...inputs, ...(circuits !== null && { circuits: [this.at(circuits)] }) };
    const run = await this.#run(runEvaluate, evaluateConfig, config, all, output);
    return { ...run, evaluation: readTable(run.output, evaluationSchema) };
  }

  async #run<Config>(
    run: (context: StageContext<Config>) => Promise<void>,
    schema: z.ZodType<Config>,
    config: object,
    inputs: Record<string, string[]>,
    output: string,
  ): Promise<StageRun> {
    const { model } = await this.inputs();
    mkdirSync(this.at(output), { recursive: true });
    let [total, done] = [0, 0];
    const notes: string[] = [];
    const progress: Progress = {
      ...silentProgress,
      start: (units) => {
        total = units;
      },
      advance: (units = 1) => {
        done += units;
      },
      note: (text) => {
        notes.push(text);
      },
    };
    await run({
      experiment: this.name,
      stage: this.name,
      folder: this.folder,
      config: parseConfig(schema, config),
      seed: 1,
      model,
      inputs,
      output: this.at(output),
      work: this.at(`work-${run === (runAttribute as unknown) ? "attribute" : "evaluate"}`),
      progress,
      provenance: createProvenance({
        producer: { experiment: this.name, stage: this.name, uses: "test" },
        runs: { experiment: "test", stage: "train" },
      }),
    });
    return { output: this.at(output), total, done, notes };
  }
}
