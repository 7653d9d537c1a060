/** The shape of experiment.json: which keys it has and of what type their values are. */
import { renderValue, UserError } from "@ft/bytes";
import { Checker } from "./checker.js";
import { earlierForm } from "./earlier-form.js";
import { isRecord } from "./layers.js";
import { methodParts, methodStage } from "./method-parts.js";
import { parseHubModel } from "./models/model-name.js";
import { isName, isRunName, LONGEST_PATH } from "./names.js";

/** @import { Problems } from "./problems.js" */
/** @import { Source } from "./layers.js" */

/**
 * The contents of an experiment.json, whose shape is checked.
 *
 * @typedef {object} Content
 * @property {string} [description]
 * @property {string[]} [tags]
 * @property {string} [extends]
 * @property {string} [model]
 * @property {number} [seed]
 * @property {Record<string, Record<string, unknown>>} [defaults]
 * @property {Record<string, Record<string, unknown> | null>} [methods]
 * @property {Record<string, Record<string, unknown[]>>} [sweep]
 * @property {Record<string, Record<string, unknown> | null>} [stages]
 */

/** The keys of experiment.json, each with what it means. */
export const experimentKeys = {
  $schema: "path of schemas/experiment.schema.json, for editors",
  description: "what the experiment is about, for people",
  tags: "names of groups that the experiment itself is in, such as paper: they select experiments; not inherited",
  extends: "an experiment whose stages, methods, defaults, model and seed this one starts from",
  model:
    "the base model: its folder, relative to the repository's root, or a model of the Hugging Face hub as hf://OWNER/NAME@REVISION",
  seed: "decides everything that is drawn at random",
  defaults: "configuration of all stages of a kind, by the kind's name",
  methods: "ways to fine-tune, by name: each becomes the stages plan-NAME, train-NAME and those it asks for",
  sweep: "axes of settings: the experiment is run at every combination of their values",
  stages: "the stages by name",
};

/** The keys of a stage, each with what it means. */
export const stageKeys = {
  uses: "which kind of stage it is",
  inputs: "for each role, the stage or stages whose output it reads",
  config: "its configuration; the kind of stage says what may be in it",
  run: "a command that does the work instead; its output is checked all the same",
};

/**
 * Checks all of a file that can be checked without other files and without the stages' own schemas.
 *
 * @param {unknown} json
 * @param {Source} source
 * @param {Problems} problems added to
 * @returns {{ content: Content, broken: Set<string> } | undefined} what is left without the parts that have problems, so that
 *   the rest can be checked too, and the names of stages that are left out; undefined if nothing can be made of it
 */
export function checkShape(json, source, problems) {
  /** @type {PropertyKey[][]} */
  const bad = [];
  const check = new Checker((path, problem) => {
    bad.push(path);
    problems.add(source.at(path), problem);
  });
  const proto = pathOfProto(json, []);
  if (proto !== undefined) check.add(proto, "unknown key");
  if (proto !== undefined || !check.record(json, [])) return undefined;
  checkExperiment(json, check);
  return without(json, bad);
}

/**
 * @param {Content} json
 * @param {PropertyKey[][]} bad paths of what is wrong in it
 * @returns {{ content: Content, broken: Set<string> }}
 */
function without(json, bad) {
  /** @type {Set<string>} */
  const broken = new Set();
  const content = bad.length > 0 ? structuredClone(json) : json;
  for (const path of bad) {
    const [section, name, key] = path.map(String);
    const isWhole = section === "sweep" || section === "methods" || (section === "stages" && key === "uses");
    if (name !== undefined && section === "stages" && (isWhole || path.length === 2)) broken.add(name);
    if (name !== undefined && section === "methods")
      for (const { part } of methodParts) broken.add(methodStage(part, name));
    remove(content, isWhole ? path.slice(0, section === "sweep" ? 1 : 2) : path);
  }
  return { content, broken };
}

/**
 * @param {any} value changed
 * @param {readonly PropertyKey[]} path
 */
function remove(value, path) {
  let here = value;
  for (const key of path.slice(0, -1))
    here = typeof here === "object" && here !== null ? here[key] : undefined;
  const last = path.at(-1);
  if (typeof here === "object" && here !== null && last !== undefined) delete here[last];
}

/**
 * @param {Record<string, unknown>} json
 * @param {Checker} check
 */
function checkExperiment(json, check) {
  check.keys(json, Object.keys(experimentKeys), []);
  const {
    $schema = "",
    description = "",
    tags = [],
    model,
    seed,
    defaults = {},
    methods = {},
    sweep = {},
    stages = {},
  } = json;
  for (const [key, value] of Object.entries({ $schema, description }))
    if (typeof value !== "string") check.add([key], `expected a text, not ${renderValue(value)}`);
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string" && isName(tag)))
    check.add(["tags"], `expected a list of names, not ${renderValue(tags)}`);
  if (json.extends !== undefined && !(typeof json.extends === "string" && isRunName(json.extends)))
    check.add(["extends"], `expected the name of another experiment, not ${renderValue(json.extends)}`);
  if (model !== undefined && check.text(model, ["model"], "the folder of the base model"))
    checkModel(model, check);
  if (seed !== undefined && seed !== (Number(seed) | 0))
    check.add(["seed"], `expected a whole number of 32 bits, not ${renderValue(seed)}`);
  if (check.record(defaults, ["defaults"]))
    for (const [kind, config] of Object.entries(defaults)) {
      check.kind(kind, ["defaults", kind]);
      check.record(config, ["defaults", kind]);
    }
  if (check.record(methods, ["methods"]))
    for (const [name, method] of Object.entries(methods)) checkMethod(name, method, check);
  if (check.record(sweep, ["sweep"]))
    for (const [name, axis] of Object.entries(sweep)) checkAxis(name, axis, check);
  if (check.record(stages, ["stages"]))
    for (const [name, entry] of Object.entries(stages)) checkStage(name, entry, check);
}

/**
 * @param {string} model
 * @param {Checker} check
 */
function checkModel(model, check) {
  if (model.length > LONGEST_PATH) check.add(["model"], `a path has at most ${LONGEST_PATH} characters`);
  try {
    parseHubModel(model);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    check.add(["model"], `${error.problem}; ${error.at.remedy}`);
  }
}

/**
 * @param {string} name
 * @param {unknown} entry
 * @param {Checker} check
 */
function checkStage(name, entry, check) {
  const path = ["stages", name];
  check.name(name, path);
  if (entry === null || !check.record(entry, path)) return;
  const earlier = earlierForm(name, entry);
  if (earlier !== undefined) {
    check.add(path, earlier);
    return;
  }
  const hint = `; known: ${Object.keys(stageKeys).join(", ")}; settings of a kind of stage are in \`config\``;
  check.keys(entry, Object.keys(stageKeys), path, hint);
  const { uses, inputs = {}, config = {}, run } = entry;
  if (uses !== undefined) check.kind(uses, [...path, "uses"]);
  checkInputs(inputs, [...path, "inputs"], check);
  check.record(config, [...path, "config"]);
  if (run !== undefined && run !== null) check.text(run, [...path, "run"], "a command");
}

/**
 * @param {unknown} inputs
 * @param {PropertyKey[]} path
 * @param {Checker} check
 */
function checkInputs(inputs, path, check) {
  if (!check.record(inputs, path)) return;
  for (const [role, references] of Object.entries(inputs)) {
    const list = [references].flat();
    check.name(role, [...path, role]);
    if (references !== null && (list.length === 0 || !list.every((one) => typeof one === "string")))
      check.add(
        [...path, role],
        `expected the name of a stage or a list of such names, not ${renderValue(references)}`,
      );
  }
}

/**
 * @param {string} name
 * @param {unknown} method
 * @param {Checker} check
 */
function checkMethod(name, method, check) {
  const path = ["methods", name];
  check.name(name, path);
  if (method === null || !check.record(method, path)) return;
  const parts = methodParts;
  check.keys(method, [...parts.map(({ part }) => part), "inputs"], path);
  checkInputs(method.inputs ?? {}, [...path, "inputs"], check);
  for (const { part, optional } of parts) {
    const value = method[part];
    if (value === undefined || isRecord(value) || (optional && typeof value === "boolean")) continue;
    const expected = optional ? "true, false or a configuration" : "an object";
    check.add([...path, part], `expected ${expected}, not ${renderValue(value)}`);
  }
}

/** The parts of an experiment that a sweep may set. */
const SWEPT = ["stages", "methods", "defaults", "model", "seed"];

/**
 * @param {string} name
 * @param {unknown} axis
 * @param {Checker} check
 */
function checkAxis(name, axis, check) {
  const path = ["sweep", name];
  check.name(name, path);
  if (!check.record(axis, path)) return;
  const entries = Object.entries(axis);
  if (entries.length === 0) check.add(path, "expected a path in the experiment with a list of values");
  for (const [key, values] of entries) {
    const keys = key.split(".");
    if (!SWEPT.includes(String(keys[0])) || keys.includes(""))
      check.add(
        [...path, key],
        `expected a path that begins with ${SWEPT.join(", ")}, such as stages.data.config.examples`,
      );
    if (!Array.isArray(values) || values.length === 0)
      check.add([...path, key], `expected a list of values, not ${renderValue(values)}`);
    else if (Array.isArray(entries[0]?.[1]) && values.length !== entries[0][1].length)
      check.add([...path, key], "the lists of an axis must have the same length");
  }
}

/**
 * The path of a key `__proto__`, which an object would take for something else than a key.
 *
 * @param {unknown} value
 * @param {string[]} path
 * @returns {string[] | undefined}
 */
function pathOfProto(value, path) {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = key === "__proto__" ? [...path, key] : pathOfProto(part, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
