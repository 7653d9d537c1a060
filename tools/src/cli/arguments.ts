/** Common parts of the command lines: parsers for option values, and examples in the help. */

import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError } from "commander";

/** A whole number, at least 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** The options that choose a run of a train stage. */
export function runOptions(command: Command): Command {
  return command
    .option("--plan <name>", "plan, if there are several")
    .option("--draw <number>", "draw, if the plan has several", wholeNumber)
    .option("--seed <number>", "seed, if the plan has several", wholeNumber);
}

/** A checkpoint: its step, first or last. */
export function stepOption(text: string): number | "first" | "last" {
  return text === "first" || text === "last" ? text : wholeNumber(text);
}

/** A number of cores: from 1 to as many as there are. */
export function coreCount(text: string): number {
  const count = wholeNumber(text);
  const most = availableParallelism();
  if (count < 1 || count > most)
    throw new InvalidArgumentError(`It must be from 1 to ${most}, as many as this machine has cores.`);
  return count;
}

/** Adds `name=value` to the values given before it, for an option that may be repeated. */
export function assignment(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [name, ...value] = text.split("=");
  if (!name || value.length === 0) throw new InvalidArgumentError("It must be NAME=VALUE.");
  return { ...before, [name]: value.join("=") };
}

/** A whole number, at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a whole number above 0.");
}

/** A number above 0 and at most 1. */
export function fraction(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be above 0 and at most 1.");
}

/** The examples at the end of a command's help: each a command line and what it does. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const rows = lines.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
  return ["", "Examples:", ...rows].join("\n");
}
