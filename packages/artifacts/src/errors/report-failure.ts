import colors from "picocolors";
import { UserError } from "./user-error.ts";

/**
 * Tells a failure to the person: a {@link UserError} as it is, anything else with its stack, for it is a bug. In
 * colour only on a terminal.
 */
export function reportFailure(error: unknown, stream: NodeJS.WriteStream = process.stderr): void {
  const { red } = colors.createColors(Boolean(stream.isTTY) && process.env.NO_COLOR === undefined);
  const text =
    error instanceof UserError ? error.message : error instanceof Error ? error.stack : String(error);
  stream.write(`${red("error")} ${text}\n`);
}
