import type { Command } from "commander";
import { attribute } from "./attribute.ts";
import { check } from "./check.ts";
import { compare } from "./compare.ts";
import { doctor } from "./doctor.ts";
import { evaluate } from "./evaluate.ts";
import { exportCommand } from "./export.ts";
import { schemas } from "./schemas.ts";
import { setupNative } from "./setup-native.ts";
import { tasks } from "./tasks.ts";
import { verify } from "./verify.ts";

/**
 * Every command of `ft`: a function that adds itself to the program. A command loads what it needs when it runs, so that
 * `ft --help` loads nothing.
 */
export const commands: readonly ((program: Command) => void)[] = [
  doctor,
  setupNative,
  check,
  verify,
  schemas,
  compare,
  attribute,
  evaluate,
  exportCommand,
  tasks,
];
