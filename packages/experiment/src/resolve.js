/**
 * Stages with what they read found: in their own experiment, in another, or in the one that theirs extends. A stage that is
 * inherited unchanged is the parent's.
 */
import { canonicalJson, didYouMean } from "@ft/bytes";
import { moveConfigFiles } from "./files.js";
import { namedInputs } from "./inputs.js";
import { originOf } from "./layers.js";
import { listed } from "./library.js";
import { splitRunName } from "./names.js";
import { checkMethodInputs, roleProblems } from "./roles.js";
import { homePoint } from "./sweep.js";

/** @import { StageKind } from "./kinds/kind.js" */
/** @import { Composed, ComposedStage } from "./compose.js" */
/** @import { Layer } from "./layers.js" */
/** @import { Library } from "./library.js" */
/** @import { Problem, Problems } from "./problems.js" */

/**
 * A stage of an experiment or of one of its points.
 *
 * @typedef {object} StageRef
 * @property {string} experiment name of the run whose folder its output is in
 * @property {string} stage
 * @property {string} uses the kind of stage
 */

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} uses
 * @property {StageKind} kind
 * @property {Record<string, StageRef[]>} inputs for each role the stages that are computed, wherever they are
 * @property {Record<string, unknown>} config as merged; the kind's own schema has not seen it yet
 * @property {string} [run] the command that does its work
 * @property {StageRef} home where it is computed: its own experiment, unless it is shared
 * @property {Record<string, unknown>} section all that the experiment's file says about it: equal sections, equal stages
 * @property {readonly Layer[]} layers
 */

/**
 * @typedef {object} Node
 * @property {Composed} experiment
 * @property {ComposedStage} stage
 * @property {Problem[]} problems
 * @property {{ role: string, node: Node }[]} inputs
 * @property {boolean} [broken] whether it reads a stage that is left out because of its mistakes
 * @property {Node} [shared] the stage that it is if their sections are equal
 * @property {Stage} [resolved] undefined until then, and if there are problems
 */

/** A problem lists at most this many stages of a circle. */
const MOST_NAMES = 20;
/** Circles beyond these are counted alone. */
const MOST_CIRCLES = 100;

export class Resolver {
  /** @type {Map<Composed, Map<string, Node>>} */
  #nodes = new Map();
  #circles = 0;

  /** @param {Library} library */
  constructor(library) {
    /** @readonly */
    this.library = library;
  }

  /**
   * @param {Composed} experiment
   * @param {Problems} problems added to
   * @returns {Map<string, Stage>} by name; without the stages that have problems
   */
  stages(experiment, problems) {
    checkMethodInputs(experiment, problems);
    /** @type {Map<string, Stage>} */
    const stages = new Map();
    for (const name of experiment.stages.keys()) {
      const node = this.#visit(experiment, name);
      for (const { at, problem } of node.problems) problems.add(at, problem);
      if (node.resolved) stages.set(name, node.resolved);
    }
    return stages;
  }

  /**
   * Resolves a stage after all that it depends on. Keeps its own stack: calls would overflow theirs.
   *
   * @param {Composed} experiment
   * @param {string} name
   * @returns {Node}
   */
  #visit(experiment, name) {
    const known = this.#nodes.get(experiment)?.get(name);
    if (known) return known;
    /** @type {{ node: Node, open: Reference[] }[]} */
    const trail = [];
    const onTrail = new Set();
    const enter = (/** @type {Composed} */ composed, /** @type {ComposedStage} */ stage) => {
      /** @type {Node} */
      const node = { experiment: composed, stage, problems: [], inputs: [] };
      const own = this.#nodes.get(composed) ?? new Map();
      this.#nodes.set(composed, own.set(stage.name, node));
      trail.push({ node, open: this.#references(node) });
      onTrail.add(node);
      return node;
    };
    const first = enter(experiment, /** @type {ComposedStage} */ (experiment.stages.get(name)));
    for (let here = trail.at(-1); here !== undefined; here = trail.at(-1)) {
      const { node, open } = here;
      const reference = open[0];
      if (reference === undefined) {
        finish(node, this.library);
        trail.pop();
        onTrail.delete(node);
        continue;
      }
      const target = this.#nodes.get(reference.experiment)?.get(reference.stage.name);
      if (target === undefined) {
        enter(reference.experiment, reference.stage);
        continue;
      }
      open.shift();
      if (onTrail.has(target))
        this.#addCircle(
          trail.map((step) => step.node),
          target,
        );
      else if (reference.role === undefined) node.shared = target;
      else {
        node.inputs.push({ role: reference.role, node: target });
        const bad = target.resolved === undefined && target.experiment !== node.experiment;
        if (bad && node.problems.length === 0)
          node.problems.push({
            at: originOf(node.stage.layers, ["inputs", reference.role]),
            problem: `stage ${target.experiment.name}.${target.stage.name} has mistakes: \`npx ft check ${target.experiment.name}\` lists them`,
          });
      }
    }
    return first;
  }

  /**
   * @param {Node} node
   * @returns {Reference[]} the stages it reads, and the one that it may be; problems are added to the node
   *
   * @typedef {{ role?: string, experiment: Composed, stage: ComposedStage }} Reference
   */
  #references(node) {
    const { experiment, stage } = node;
    /** @type {Reference[]} */
    const references = [];
    const { sweep, coordinates } = this.library.pointOf(experiment);
    const shares = coordinates?.some((value) => value !== undefined)
      ? sweep?.depends.get(stage.name)?.size === 0
      : true;
    const shared = shares ? experiment.parent?.stages.get(stage.name) : undefined;
    if (experiment.parent && shared) references.push({ experiment: experiment.parent, stage: shared });
    const named = namedInputs(experiment, stage, {
      add: (at, problem) => node.problems.push({ at, problem }),
    });
    /** @type {Map<string, ComposedStage>} */
    const sources = new Map();
    for (const [role, names] of named)
      for (const name of names) {
        const found = this.#find(experiment, name);
        if (experiment.broken.has(name)) node.broken = true;
        else if (typeof found === "function")
          node.problems.push({ at: originOf(stage.layers, ["inputs", role]), problem: found });
        else {
          references.push({ role, ...found });
          sources.set(name, found.stage);
        }
      }
    if (stage.run === undefined) node.problems.push(...roleProblems(experiment, stage, named, sources));
    return references;
  }

  /**
   * @param {Composed} experiment
   * @param {string} name of one of its stages, or of another experiment's with that experiment's name and a dot before it
   * @returns {Omit<Reference, "role"> | (() => string)} or what is wrong with the name
   */
  #find(experiment, name) {
    const dot = name.indexOf(".");
    const [other, stageName] = dot < 0 ? [undefined, name] : [name.slice(0, dot), name.slice(dot + 1)];
    let from = experiment;
    if (other !== undefined && other !== experiment.name) {
      const found = this.library.named(other, experiment.source.file);
      if ("problem" in found) return () => found.problem;
      from = found.composed;
    }
    const stage = from.stages.get(stageName);
    const where = from === experiment ? "" : ` in ${from.name}`;
    if (stage === undefined) {
      const known = () => [...from.stages.keys()];
      return () =>
        `there is no stage ${JSON.stringify(stageName.slice(0, 100))}${where}${didYouMean(stageName, known()) || listed("stages", known())}`;
    }
    const { sweep } = this.library.pointOf(from);
    if (
      from !== experiment &&
      sweep?.points.get(from.name)?.coordinates.every((value) => value === undefined) &&
      sweep.depends.get(stageName)?.size
    )
      return () =>
        `stage ${stageName}${where} is computed at every point of its sweep; name one${listed("points", sweep.complete)}`;
    return { experiment: from, stage };
  }

  /**
   * @param {Node[]} trail
   * @param {Node} target a stage of the trail that the last of it reads
   */
  #addCircle(trail, target) {
    const loop = [...trail.slice(trail.indexOf(target)), target];
    const nameIn = (/** @type {Composed} */ own, /** @type {Node} */ { experiment, stage }) =>
      experiment === own ? stage.name : `${experiment.name}.${stage.name}`;
    this.#circles++;
    for (const experiment of new Set(loop.map((node) => node.experiment))) {
      const node = /** @type {Node} */ (loop.find((one) => one.experiment === experiment));
      const names = this.#circles > MOST_CIRCLES ? [] : shorten(loop.map((one) => nameIn(experiment, one)));
      node.problems.push({
        at: originOf(node.stage.layers, ["inputs"]),
        problem: `circular dependency between stages: ${names.join(" -> ")}`,
      });
    }
  }
}

/**
 * @param {Node} node whose references are resolved as far as they can be
 * @param {Library} library
 */
function finish(node, library) {
  const { experiment, stage, inputs, shared } = node;
  if (
    node.problems.length > 0 ||
    node.broken ||
    inputs.some(({ node: { resolved } }) => resolved === undefined)
  )
    return;
  /** @type {Record<string, StageRef[]>} */
  const refs = {};
  for (const { role, node: source } of inputs)
    if (source.resolved)
      refs[role] = [...(Object.hasOwn(refs, role) ? (refs[role] ?? []) : []), source.resolved.home];
  const { name, kind, config, run, layers } = stage;
  const { model, seed } = experiment;
  const section = {
    uses: kind.uses,
    model,
    seed,
    inputs: Object.fromEntries(Object.entries(refs).map(([role, list]) => [role, list.map(renderRef)])),
    config,
    ...(run !== undefined && { run }),
  };
  const { sweep, coordinates } = library.pointOf(experiment);
  const own =
    sweep && coordinates
      ? homePoint(sweep, splitRunName(experiment.name).experiment, coordinates, name)
      : experiment.name;
  const same =
    shared?.resolved !== undefined &&
    sameSection(section, experiment, shared.resolved.section, shared.experiment, kind);
  const home =
    same && shared?.resolved ? shared.resolved.home : { experiment: own, stage: name, uses: kind.uses };
  node.resolved = {
    name,
    uses: kind.uses,
    kind,
    inputs: refs,
    config,
    ...(run !== undefined && { run }),
    home,
    section,
    layers,
  };
}

/**
 * @param {Record<string, unknown>} section
 * @param {Composed} experiment
 * @param {Record<string, unknown>} other
 * @param {Composed} parent that the other is of
 * @param {StageKind} kind
 * @returns {boolean} whether they say the same, wherever the paths in them start
 */
function sameSection(section, experiment, other, parent, kind) {
  const moved = moveConfigFiles(other, kind, parent.source.folder, experiment.source.folder);
  return canonicalJson(section) === canonicalJson(moved);
}

/**
 * @param {Pick<StageRef, "experiment" | "stage">} ref
 * @returns {string} as an experiment.json names it, and Nx
 */
export function renderRef({ experiment, stage }) {
  return `${experiment}.${stage}`;
}

/**
 * @param {string[]} names
 * @returns {string[]} at most as many as a message names
 */
function shorten(names) {
  return names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES - 1), "...", String(names.at(-1))] : names;
}
