import { readFileSync } from "node:fs";

/** Larger limits stop nothing here, in bytes: WebAssembly reserves 20 GiB, everything else takes little. */
const AMPLE = 64 * 2 ** 30;

/**
 * How many bytes of addresses this process may have, and each that it starts: `ulimit -v`, which counts in KiB.
 *
 * @param {string} [limits] as Linux lists them
 * @returns {number | undefined} undefined if there is no limit or an ample one, or the system does not say
 */
export function addressLimit(limits = ownLimits()) {
  const bytes = Number(/^Max address space +(\d+) /m.exec(limits)?.[1] ?? AMPLE);
  return bytes < AMPLE ? bytes : undefined;
}

/**
 * What to do if such a limit ended or refused something.
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
