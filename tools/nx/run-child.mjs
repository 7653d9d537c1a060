// @ts-check
/** Child processes that receive this one's signals, and the reasons for their end. */
import { constants } from "node:os";
import { addressLimit, addressRemedy, runProgram } from "@ft/bytes";

/**
 * How a program ended, and the exit code to end with: the program's own; 128 + the signal's number, as in shells, if it
 * was interrupted; 1 if the system ended it.
 *
 * @typedef {{ code: number, signal: NodeJS.Signals | undefined }} End
 */

/**
 * Runs a program as {@link runProgram} does, and returns how it ended.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import("@ft/bytes").ProgramOptions} [options]
 * @returns {Promise<End>}
 */
export async function runChild(program, args, options) {
  const { code, signal: ended } = await runProgram(program, args, options);
  const signal = ended ?? signalOf(code ?? 0);
  if (signal === undefined) return { code: code ?? 1, signal };
  return { code: signal in MEANINGS ? 1 : 128 + constants.signals[signal], signal };
}

/**
 * The signal that a shell's exit code stands for: 128 + its number.
 *
 * @param {number} code
 * @returns {NodeJS.Signals | undefined}
 */
function signalOf(code) {
  const found = Object.entries(constants.signals).find(([, number]) => code === 128 + number);
  return /** @type {NodeJS.Signals | undefined} */ (found?.[0]);
}

/** @type {Partial<Record<NodeJS.Signals, string>>} */
const MEANINGS = {
  SIGKILL:
    "was killed, most probably because memory ran out: end other programs or run less side by side (NX_PARALLEL=1), then run it again",
  SIGABRT:
    "was aborted, most probably because memory ran out: raise the memory limit (ulimit -v), end other programs or choose a smaller batch, then run it again",
  SIGTRAP:
    "was ended by Node, most probably because memory ran out: raise the memory limit (ulimit -v) or end other programs, then run it again",
  SIGSEGV:
    "crashed in native code: set FT_BACKEND=wasm to run without it, or check the set-up with npx ft doctor",
  SIGBUS: "crashed, most probably because memory or disk space ran out: free some, then run it again",
  SIGILL: "ran an instruction this processor lacks: set FT_BACKEND=wasm to run without native code",
};

/** Native code, WebAssembly and V8 end differently when addresses run out, native code with any of these. */
const OUT_OF_ADDRESSES = /** @type {readonly NodeJS.Signals[]} */ ([
  "SIGABRT",
  "SIGTRAP",
  "SIGSEGV",
  "SIGBUS",
  "SIGILL",
]);

/**
 * One line about a program that a signal ended: the probable reason and the remedy.
 *
 * @param {string} who such as "stage probe of add-sub-100"
 * @param {NodeJS.Signals} signal
 * @param {number} [limit] of the program's addresses, in bytes. @default this process's, which a program inherits
 * @returns {string}
 */
export function describeEnd(who, signal, limit = addressLimit()) {
  if (limit !== undefined && OUT_OF_ADDRESSES.includes(signal))
    return `${who} ended for lack of memory, most probably: ${addressRemedy(limit)} (${signal})`;
  return `${who} ${MEANINGS[signal] ?? "was interrupted"} (${signal})`;
}
