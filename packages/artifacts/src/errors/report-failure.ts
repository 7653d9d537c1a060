import { UserError } from "@ft/bytes";
import colors from "picocolors";

/** What to do about failures of the machine, by their code: they are not bugs of the program. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "free some space on the disk and run it again",
  EACCES: "check the permissions of this path",
  EPERM: "check the permissions of this path",
  ENOTDIR: "a file is where a folder is needed: choose another path",
  EROFS: "this disk is read-only: choose another",
};

/** V8's messages when memory runs out, for arrays, for WebAssembly and for strings. */
const OUT_OF_MEMORY = /allocation failed|out of memory|cannot allocate|could not allocate|ENOMEM/i;

/**
 * Reports a failure to the person: a {@link UserError}, a full or locked disk or a lack of memory without a stack,
 * anything else with its stack, since it is a bug. In colour only on a terminal.
 */
export function reportFailure(error: unknown, stream: NodeJS.WriteStream = process.stderr): void {
  const { red } = colors.createColors(Boolean(stream.isTTY) && process.env.NO_COLOR === undefined);
  stream.write(`${red("error")} ${render(error)}\n`);
}

function render(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError) return error.message;
  if (OUT_OF_MEMORY.test(error.message))
    return `there is not enough memory: ${error.message}\n  raise the memory limit (ulimit -v), close other programs or choose a smaller batch, then run it again`;
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  // If the path names a file, mkdir fails with EEXIST.
  const remedy = remedies[code === "EEXIST" && syscall === "mkdir" ? "ENOTDIR" : code];
  return remedy === undefined ? (error.stack ?? error.message) : `${error.message}\n  ${remedy}`;
}
