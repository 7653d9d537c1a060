/** The registry of kinds of stages. A new one is a file here and a line below; its work is defined in its package. */
import { attribute } from "./attribute.js";
import { circuits } from "./circuits.js";
import { data } from "./data.js";
import { evaluate } from "./evaluate.js";
import { gradients } from "./gradients.js";
import { importKind } from "./import.js";
import { lora } from "./lora.js";
import { report } from "./report.js";
import { train } from "./train.js";
import { union } from "./union.js";

/** @import { StageKind } from "./kind.js" */

/** By name, in the order of an experiment. */
export const kinds = {
  data,
  import: importKind,
  gradients,
  lora,
  train,
  attribute,
  circuits,
  union,
  evaluate,
  report,
};

/**
 * The kind with a name, which may be any value.
 *
 * @param {unknown} name
 * @returns {StageKind | undefined}
 */
export function kindNamed(name) {
  return typeof name === "string" && Object.hasOwn(kinds, name)
    ? kinds[/** @type {keyof typeof kinds} */ (name)]
    : undefined;
}
