import type { Command } from "commander";
import { attribute } from "./attribute.ts";
import { check } from "./check.ts";
import { intersection, union } from "./combine.ts";
import { compare } from "./compare.ts";
import { correlate } from "./correlate.ts";
import { doctor } from "./doctor.ts";
import { draw } from "./draw.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { findings } from "./findings.ts";
import { importCommand } from "./import.ts";
import { model } from "./model.ts";
import { run } from "./run.ts";
import { schemas } from "./schemas.ts";
import { setupNative } from "./setup-native.ts";
import { tasks } from "./tasks.ts";
import { verify } from "./verify.ts";

/**
 * Every command of `ft`: a function that adds itself to the program. A command loads its imports when it runs, so
 * `ft --help` loads nothing.
 */
export const commands: readonly ((program: Command) => void)[] = [
  doctor,
  setupNative,
  check,
  explain,
  run,
  verify,
  schemas,
  compare,
  draw,
  correlate,
  union,
  intersection,
  attribute,
  evaluate,
  findings,
  exportCommand,
  importCommand,
  model,
  tasks,
];
