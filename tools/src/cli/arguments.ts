/** How the values of options are read. */

import { InvalidArgumentError } from "commander";

/** A whole number from 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** Adds `name=value` to the values given before it, for an option that may be repeated. */
export function assignment(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [name, ...value] = text.split("=");
  if (!name || value.length === 0) throw new InvalidArgumentError("It must be NAME=VALUE.");
  return { ...before, [name]: value.join("=") };
}
