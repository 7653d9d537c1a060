// @ts-check
/**
 * Runs a stage in a child process and reports in one line if the system ends it.
 *
 * Usage: FT_RUN_EXPERIMENT=FILE [FT_RUN_POINT=POINT] FT_RUN_STAGE=NAME FT_RUN_PROGRAM=SCRIPT node tools/nx/run-stage.mjs
 */
import { basename, dirname } from "node:path";
import { describeEnd, runChild } from "./run-child.mjs";

const {
  FT_RUN_EXPERIMENT: file = "",
  FT_RUN_POINT: point = "",
  FT_RUN_STAGE: stage = "",
  FT_RUN_PROGRAM: program = "",
} = process.env;
const args = ["--experiment", file, ...(point === "" ? [] : ["--point", point]), "--stage", stage];
const { code, signal } = await runChild(process.execPath, [program, ...args]);
if (signal !== undefined)
  console.error(`error ${describeEnd(`stage ${stage} of ${basename(dirname(file))}`, signal)}`);
process.exitCode = code;
