export { kindNamed, kinds } from "./kinds/index.js";
export { programOf } from "./kinds/kind.js";

/**
 * @typedef {import("./kinds/kind.js").Resources} Resources
 * @typedef {import("./kinds/kind.js").Role} Role
 * @typedef {import("./kinds/kind.js").StageKind} StageKind
 */
