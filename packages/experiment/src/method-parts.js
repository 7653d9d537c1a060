/** The stages that a method of fine-tuning becomes. */
import { kinds } from "./kinds/index.js";

/** @import { StageKind } from "./kinds/kind.js" */

/**
 * @typedef {object} MethodPart
 * @property {string} part key in the method, and start of the stage's name: `train-lora-8` is the train part of lora-8
 * @property {StageKind} kind
 * @property {boolean} optional whether the stage exists only if the method asks for it
 * @property {readonly (string | number)[]} at where in the stage's entry the method's value goes
 */

/**
 * In the order in which they run: each reads what those before it write.
 *
 * @type {readonly MethodPart[]}
 */
export const methodParts = [
  { part: "plan", kind: kinds.lora, optional: false, at: ["config", "plans", 0] },
  { part: "train", kind: kinds.train, optional: false, at: ["config"] },
  { part: "attribute", kind: kinds.attribute, optional: true, at: ["config"] },
  { part: "circuits", kind: kinds.circuits, optional: true, at: ["config"] },
  { part: "evaluate", kind: kinds.evaluate, optional: true, at: ["config"] },
];

/**
 * @param {string} part
 * @param {string} method
 * @returns {string} the name of the stage that does this part of a method
 */
export function methodStage(part, method) {
  return `${part}-${method}`;
}
