/** The stages that a method of fine-tuning becomes. */
import { kindNamed } from "./kinds/index.js";

/** @import { StageKind } from "./kinds/kind.js" */

/**
 * @typedef {object} MethodPart
 * @property {string} part key in the method, and start of the stage's name: `train-lora-8` is the train part of lora-8
 * @property {StageKind} kind
 * @property {boolean} optional whether the stage exists only if the method asks for it
 * @property {readonly (string | number)[]} at where in the stage's entry the method's value goes
 */

/** In the order in which they run: each reads what those before it write. */
const PARTS = [
  { part: "plan", uses: "lora", optional: false, at: ["config", "plans", 0] },
  { part: "train", uses: "train", optional: false, at: ["config"] },
  { part: "attribute", uses: "attribute", optional: true, at: ["config"] },
  { part: "circuits", uses: "circuits", optional: true, at: ["config"] },
  { part: "evaluate", uses: "evaluate", optional: true, at: ["config"] },
];

/** @returns {MethodPart[]} those whose kind of stage exists, in the order in which they run */
export function methodParts() {
  return PARTS.flatMap(({ uses, ...part }) => {
    const kind = kindNamed(uses);
    return kind === undefined ? [] : [{ ...part, kind }];
  });
}

/**
 * @param {string} part
 * @param {string} method
 * @returns {string} the name of the stage that does this part of a method
 */
export function methodStage(part, method) {
  return `${part}-${method}`;
}
