/** Which stages may be in which roles. */
import { didYouMean } from "@ft/bytes";
import { fills } from "./inputs.js";
import { mergeLayers, originOf } from "./layers.js";
import { listed } from "./library.js";

/** @import { Composed, ComposedStage } from "./compose.js" */
/** @import { Problem, Problems } from "./problems.js" */

/**
 * What is wrong with the inputs of a stage: a role that its kind does not have, one that nobody plays, too many stages in
 * one, or stages that do not write what it needs.
 *
 * @param {Composed} experiment
 * @param {ComposedStage} stage
 * @param {Map<string, string[]>} named the names of the stages that it reads, by role
 * @param {Map<string, ComposedStage>} sources these stages by name, as far as they exist
 * @returns {Problem[]}
 */
export function roleProblems(experiment, stage, named, sources) {
  const { kind, layers } = stage;
  /** @type {Problem[]} */
  const problems = [];
  const known = Object.keys(kind.roles);
  const add = (/** @type {string} */ role, /** @type {string | (() => string)} */ problem) =>
    problems.push({ at: originOf(layers, ["inputs", role]), problem });
  for (const [role, names] of named) {
    const contract = Object.hasOwn(kind.roles, role) ? kind.roles[role] : undefined;
    if (contract === undefined)
      add(
        role,
        () =>
          `a ${kind.uses} stage has no such input${didYouMean(role, known) || listed("inputs", known) || "; it reads none"}`,
      );
    else if (names.length > 1 && !contract.several)
      add(role, `this input takes one stage, not ${names.length}: ${names.slice(0, 20).join(", ")}`);
    else
      for (const name of names) {
        const source = sources.get(name);
        if (source && !fills(source, stage, role))
          add(
            role,
            `stage ${name} (${source.kind.uses}) does not write what this input needs: ${contract.tables.join(", ")}`,
          );
      }
  }
  for (const [role, { optional }] of Object.entries(kind.roles))
    if (!optional && !named.has(role)) problems.push(missing(experiment, stage, role));
  return problems;
}

/**
 * @param {Composed} experiment
 * @param {ComposedStage} stage
 * @param {string} role that it needs and that nobody plays
 * @returns {Problem}
 */
function missing({ methods }, { name, layers, method }, role) {
  const inputs = method === undefined ? undefined : methods.get(method);
  return inputs === undefined
    ? { at: originOf(layers, ["inputs", role]), problem: "missing: the stage that is read in this role" }
    : { at: originOf(inputs, [role]), problem: `missing: the stage that ${name} reads in this role` };
}

/**
 * Inputs of methods that none of their stages has.
 *
 * @param {Composed} experiment
 * @param {Problems} problems added to
 */
export function checkMethodInputs({ methods, stages }, problems) {
  for (const [name, layers] of methods) {
    const own = [...stages.values()].filter(({ method }) => method === name);
    const roles = [...new Set(own.flatMap(({ kind }) => Object.keys(kind.roles)))];
    for (const [role, references] of Object.entries(mergeLayers(layers))) {
      const at = originOf(layers, [role]);
      if (references === null) problems.add(at, "there is no inherited input to leave out");
      else if (!roles.includes(role))
        problems.add(at, () => {
          const hint = didYouMean(role, roles) || listed("inputs", roles);
          return `no stage of this method has such an input${hint}`;
        });
    }
  }
}
