/** Which stages a stage reads, by name: those it names, those its patterns match, and those next to it in its method. */
import { mergeLayers, originOf } from "./layers.js";
import { methodParts, methodStage } from "./method-parts.js";

/** @import { Composed, ComposedStage } from "./compose.js" */
/** @import { Problems } from "./problems.js" */

/**
 * The names of the stages that a stage reads, by role: of its own experiment, or of another, as EXPERIMENT.STAGE.
 *
 * - `train-*` means all stages whose names match and that write what the role needs.
 * - For a role that a method's stage does not mention, it reads the method's earlier stages; else what the method's `inputs`
 *   give; else, if the role is required, the only stage outside methods that can fill it.
 *
 * @param {Composed} experiment
 * @param {ComposedStage} stage
 * @param {Pick<Problems, "add">} [problems] patterns that match nothing are added to it
 * @returns {Map<string, string[]>}
 */
export function namedInputs(experiment, stage, problems) {
  /** @type {Map<string, string[]>} */
  const named = new Map();
  for (const [role, references] of Object.entries(stage.inputs)) {
    const names = [references].flat().flatMap((name) => {
      if (!name.includes("*")) return [name];
      const found = matching(experiment, stage, role, name);
      const problem = `no stage that fits this input is called ${JSON.stringify(name)}`;
      if (found.length === 0) problems?.add(originOf(stage.layers, ["inputs", role]), problem);
      return found;
    });
    named.set(role, [...new Set(names)]);
  }
  if (stage.method !== undefined && stage.run === undefined)
    for (const role of Object.keys(stage.kind.roles)) {
      if (named.has(role)) continue;
      const found = inferred(experiment, stage, stage.method, role);
      if (found.length > 0) named.set(role, found);
    }
  return named;
}

/**
 * @param {Composed} experiment
 * @param {ComposedStage} reader
 * @param {string} role
 * @param {string} pattern
 * @returns {string[]}
 */
function matching({ stages }, reader, role, pattern) {
  const parts = pattern.split("*").map((part) => part.replace(/[^a-z0-9-]/g, "\\$&"));
  const fits = new RegExp(`^${parts.join("[a-z0-9-]*")}$`);
  return [...stages.values()]
    .filter((stage) => stage.name !== reader.name && fits.test(stage.name) && fills(stage, reader, role))
    .map(({ name }) => name);
}

/**
 * @param {ComposedStage} stage
 * @param {ComposedStage} reader
 * @param {string} role
 * @returns {boolean} whether the stage writes every table that the role needs
 */
export function fills(stage, reader, role) {
  const { roles } = reader.kind;
  const needed = Object.hasOwn(roles, role) ? (roles[role]?.tables ?? []) : [];
  return needed.every((table) => stage.kind.outputs.includes(table));
}

/**
 * @param {Composed} experiment
 * @param {ComposedStage} reader
 * @param {string} method
 * @param {string} role
 * @returns {string[]}
 */
function inferred({ stages, methods }, reader, method, role) {
  const parts = methodParts;
  const own = parts.findIndex(({ part }) => methodStage(part, method) === reader.name);
  const siblings = parts.slice(0, own).map(({ part }) => stages.get(methodStage(part, method)));
  const sibling = siblings.findLast((stage) => stage !== undefined && fills(stage, reader, role));
  if (sibling !== undefined) return [sibling.name];
  const inputs = mergeLayers(methods.get(method) ?? []);
  if (Object.hasOwn(inputs, role) && inputs[role] !== null)
    return /** @type {string[]} */ ([inputs[role]].flat());
  if (reader.kind.roles[role]?.optional) return [];
  const others = [...stages.values()].filter(
    (stage) => stage.method === undefined && fills(stage, reader, role),
  );
  return others.length === 1 ? [/** @type {ComposedStage} */ (others[0]).name] : [];
}
