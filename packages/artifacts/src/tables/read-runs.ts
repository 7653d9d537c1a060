import { UserError } from "@ft/bytes";
import { readManifest, rewriteRemedy } from "../manifest/read-manifest.ts";
import { describeRun, type RunKey } from "../schemas/run.ts";
import type { TableSchema } from "../schemas/schema.ts";
import { readTable } from "./read-table.ts";
import { tablePath } from "./table-path.ts";

/** The train stage of a row's run. */
export interface TrainStage {
  experiment: string;
  /** The train stage, whatever stage wrote the table. */
  stage: string;
}

/**
 * Reads tables about training runs and adds to each row the experiment and train stage of its run, which a table's manifest
 * has. This is the only place where runs of several files come together, so it refuses what would be counted twice or
 * averaged as if it were seeds of the same plan.
 *
 * @param folders or Arrow files, in the order of the rows
 * @throws UserError if a file does not say whose runs its rows are about, two files have rows of the same run (of circuits: by
 * the same rule), or two train stages of an experiment have runs of the same plan
 */
export function readRuns<Row extends RunKey>(
  folders: readonly string[],
  schema: TableSchema<Row>,
): (Row & TrainStage)[] {
  const fileOfRun = new Map<string, string>();
  const stageOfPlan = new Map<string, string>();
  return folders.flatMap((folder) => {
    const file = tablePath(folder, schema);
    const { experiment, stage } = trainStageOf(file);
    return readTable(folder, schema).map((row) => {
      const { plan, draw, seed } = row;
      const rule = "rule" in row ? row.rule : null;
      const run = JSON.stringify([experiment, stage, plan, draw, seed, rule]);
      if ((fileOfRun.get(run) ?? file) !== file) {
        throw new UserError("two files have the same run", {
          file,
          value: `${describeRun(row)}, of stage ${stage}; also in ${fileOfRun.get(run)}`,
          remedy: "name only one of the stages that wrote them",
        });
      }
      fileOfRun.set(run, file);
      const planned = JSON.stringify([experiment, plan]);
      const other = stageOfPlan.get(planned) ?? stage;
      if (other !== stage) {
        throw new UserError(
          "two train stages have runs of the same plan, which would count as seeds of one",
          {
            file,
            value: `plan ${plan}, in ${other} and ${stage}`,
            remedy: "give the plans different names, or read only one of the stages",
          },
        );
      }
      stageOfPlan.set(planned, stage);
      return { ...row, experiment, stage };
    });
  });
}

/**
 * The train stage whose runs a table is about.
 *
 * @throws UserError if its manifest names none
 */
export function trainStageOf(file: string): TrainStage {
  const { runs } = readManifest(file);
  if (runs) return runs;
  throw new UserError("the manifest does not say which train stage the table's runs are of", {
    file,
    remedy: rewriteRemedy,
  });
}
