/**
 * An experiment put together from its file and the experiment it extends. Settings are taken from, first to last: the
 * stage's own entry, the file's defaults, the parent's stage, the parent's defaults.
 */
import { didYouMean } from "@ft/bytes";
import { moveFiles } from "./files.js";
import { kindNamed } from "./kinds/index.js";
import { isRecord, mergeLayers, originOf } from "./layers.js";
import { methodParts, methodStage } from "./method-parts.js";
import { DEFAULT_MODEL, DEFAULT_SEED } from "./names.js";

/** @import { StageKind } from "./kinds/kind.js" */
/** @import { Layer, Path, Source } from "./layers.js" */
/** @import { Problems } from "./problems.js" */
/** @import { Content } from "./shape.js" */

/**
 * A stage as its layers say it is; its inputs are still names.
 *
 * @typedef {object} ComposedStage
 * @property {string} name
 * @property {StageKind} kind
 * @property {Layer[]} layers from the weakest to the strongest
 * @property {string} [method] which it is a part of
 * @property {Record<string, string | string[]>} inputs
 * @property {Record<string, unknown>} config
 * @property {string} [run]
 */

/**
 * @typedef {object} Composed
 * @property {string} name of the experiment, or of a run derived from one
 * @property {Source} source
 * @property {string} description
 * @property {readonly string[]} tags
 * @property {string} model
 * @property {number} seed
 * @property {Composed} [parent] the experiment that it extends, whose stages it shares as far as they are unchanged
 * @property {Map<string, Layer[]>} defaults by kind of stage
 * @property {Map<string, Layer[]>} methods their inputs, by the method's name
 * @property {Map<string, ComposedStage>} stages in the order in which they were first written
 * @property {Content["sweep"]} sweep
 * @property {Set<string>} broken names of stages that are left out because of their mistakes
 */

/** @typedef {Omit<ComposedStage, "inputs" | "config" | "run">} Draft */

/**
 * @param {string} name
 * @param {{ content: Content, broken: Set<string> }} shaped contents whose shape is right, and stages that are left out
 * @param {Source} source
 * @param {Composed | undefined} parent
 * @param {Problems} problems added to
 * @returns {Composed}
 */
export function compose(name, { content, broken }, source, parent, problems) {
  const composition = new Composition(content, source, parent, problems);
  composition.addDefaults();
  composition.addMethods();
  composition.addStages();
  const stages = composition.finish();
  if (stages.size === 0 && problems.count === 0)
    problems.add(source.at(["stages"]), "expected at least one stage");
  return {
    name,
    source,
    description: content.description ?? "",
    tags: content.tags ?? [],
    model: content.model ?? parent?.model ?? DEFAULT_MODEL,
    seed: content.seed ?? parent?.seed ?? DEFAULT_SEED,
    ...(parent && { parent }),
    defaults: composition.defaults,
    methods: composition.methods,
    stages,
    sweep: content.sweep,
    broken,
  };
}

class Composition {
  /**
   * @param {Content} content
   * @param {Source} source
   * @param {Composed | undefined} parent
   * @param {Problems} problems
   */
  constructor(content, source, parent, problems) {
    this.content = content;
    this.source = source;
    this.problems = problems;
    this.defaults = new Map(parent?.defaults);
    this.methods = new Map(parent?.methods);
    /** @type {Map<string, Draft>} */
    this.drafts = new Map();
    for (const [name, { kind, method, layers }] of parent?.stages ?? [])
      this.drafts.set(name, { name, kind, layers: [...layers], ...(method !== undefined && { method }) });
  }

  /**
   * @param {Path} path in the file
   * @param {unknown} value
   * @param {Path} [into]
   * @returns {Layer}
   */
  layer(path, value, into = []) {
    return { source: this.source, path, into, value };
  }

  /** The file's defaults come before its stages, and after all that they inherit. */
  addDefaults() {
    for (const [kind, config] of Object.entries(this.content.defaults ?? {})) {
      const own = this.layer(["defaults", kind], config, ["config"]);
      this.defaults.set(kind, [...(this.defaults.get(kind) ?? []), own]);
      for (const draft of this.drafts.values()) if (draft.kind.uses === kind) draft.layers.push(own);
    }
  }

  addMethods() {
    for (const [name, method] of Object.entries(this.content.methods ?? {})) {
      if (method === null) this.removeMethod(name);
      else this.addMethod(name, method);
    }
  }

  /** @param {string} name */
  removeMethod(name) {
    if (!this.methods.delete(name))
      this.problems.add(this.source.at(["methods", name]), "there is no inherited method to leave out");
    for (const [stage, { method }] of this.drafts) if (method === name) this.drafts.delete(stage);
  }

  /**
   * @param {string} name
   * @param {Record<string, unknown>} method
   */
  addMethod(name, method) {
    const path = ["methods", name];
    const inherited = this.methods.get(name);
    this.methods.set(name, [...(inherited ?? []), this.layer([...path, "inputs"], method.inputs ?? {})]);
    for (const { part, kind, optional, at } of methodParts) {
      const stage = methodStage(part, name);
      const value = method[part];
      const wanted = optional
        ? value !== undefined && value !== false
        : inherited === undefined || value !== undefined;
      if (value === false) this.drafts.delete(stage);
      if (!wanted) continue;
      const place = [...path, part];
      let draft = this.drafts.get(stage);
      if (draft === undefined) {
        if (part === "plan" && value === undefined)
          this.problems.add(this.source.at(place), "missing: the options of the method's plan");
        draft = { name: stage, kind, method: name, layers: [...(this.defaults.get(kind.uses) ?? [])] };
        draft.layers.push(this.layer(place, { uses: kind.uses }));
        if (part === "plan") draft.layers.push(this.layer(place, { name }, at));
        this.drafts.set(stage, draft);
      }
      if (isRecord(value)) draft.layers.push(this.layer(place, value, at));
    }
  }

  addStages() {
    for (const [name, entry] of Object.entries(this.content.stages ?? {})) {
      const place = this.source.at(["stages", name]);
      if (entry === null) {
        if (!this.drafts.delete(name)) this.problems.add(place, "there is no inherited stage to leave out");
        continue;
      }
      const known = this.drafts.get(name);
      const kind = entry.uses === undefined ? known?.kind : kindNamed(entry.uses);
      if (kind === undefined) {
        this.problems.add(this.source.at(["stages", name, "uses"]), () => {
          const inherited = [...this.drafts.keys()];
          if (inherited.length === 0) return "missing: the kind of stage";
          return `no stage of this name is inherited, and a new one needs its kind${didYouMean(name, inherited)}`;
        });
        continue;
      }
      // A stage of another kind has nothing in common with the one it replaces.
      const kept = known?.kind === kind ? known : undefined;
      const layers = kept?.layers ?? [...(this.defaults.get(kind.uses) ?? [])];
      layers.push(this.layer(["stages", name], entry));
      this.drafts.set(name, { ...kept, name, kind, layers });
    }
  }

  /** @returns {Map<string, ComposedStage>} */
  finish() {
    /** @type {Map<string, ComposedStage>} */
    const stages = new Map();
    for (const [name, draft] of this.drafts) {
      const layers = draft.layers.map((layer) => moveFiles(layer, draft.kind, this.source.folder));
      const { inputs = {}, config = {}, run } = mergeLayers(layers);
      stages.set(name, {
        ...draft,
        layers,
        inputs: this.#inputs(/** @type {Record<string, any>} */ (inputs), layers),
        config: /** @type {ComposedStage["config"]} */ (config),
        ...(typeof run === "string" && { run }),
      });
    }
    return stages;
  }

  /**
   * @param {Record<string, any>} inputs as merged
   * @param {Layer[]} layers
   * @returns {ComposedStage["inputs"]}
   */
  #inputs(inputs, layers) {
    const given = Object.entries(inputs).filter(([role, references]) => {
      if (references === null)
        this.problems.add(originOf(layers, ["inputs", role]), "there is no inherited input to leave out");
      return references !== null;
    });
    return Object.fromEntries(given);
  }
}
