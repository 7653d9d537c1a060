/** The `ft` command. */

import { Command } from "commander";
import { commands } from "./registry.ts";

/** `ft` with all its commands. */
export function createProgram(): Command {
  const program = new Command("ft")
    .description("Circuits of a language model through fine-tuning, and fine-tuning by circuits.")
    .helpCommand(false)
    .showHelpAfterError("(`ft --help` lists the commands, `ft COMMAND --help` shows one with examples)")
    .addHelpText(
      "after",
      `
Experiments are run through Nx, which repeats only what changed:
  npm start                                 the default experiment, add-sub-100
  npx nx run add-sub-100.circuits:circuits  one stage and what it needs
  npx nx run-many -t report                 every experiment`,
    );
  for (const add of commands) add(program);
  return program;
}

/**
 * Runs a command line. A failure is printed to standard error and sets the process's exit code.
 *
 * @param args the arguments after the program's name
 */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: "user" });
  } catch (error) {
    const { reportFailure } = await import("@ft/artifacts");
    reportFailure(error);
    process.exitCode ??= 1;
  }
}
