import { readFileSync } from "node:fs";

/** Limits from this size on, in bytes, do not matter here: WebAssembly reserves 20 GiB, everything else takes little. */
const AMPLE = 64 * 2 ** 30;

/**
 * The limit on the address space of this process and of each that it starts, in bytes: `ulimit -v`, which counts in KiB.
 *
 * @param {string} [limits] as Linux lists them
 * @returns {number | undefined} undefined if there is no limit, it is ample, or the system does not report it
 */
export function addressLimit(limits = ownLimits()) {
  const bytes = Number(/^Max address space +(\d+) /m.exec(limits)?.[1] ?? AMPLE);
  return bytes < AMPLE ? bytes : undefined;
}

/**
 * What to do if such a limit stopped something.
 *
 * @param {number} limit in bytes
 * @returns {string}
 */
export function addressRemedy(limit) {
  return `memory is limited (ulimit -v ${Math.floor(limit / 1024)}): raise the limit or remove it (ulimit -v unlimited), then run it again`;
}

/** @returns {string} */
function ownLimits() {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return ""; // only Linux has it
  }
}
