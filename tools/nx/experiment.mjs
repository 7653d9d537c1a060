// @ts-check
/**
 * As much of experiment.json as the task graph is made of. Plain JavaScript that needs no build, because the graph is
 * what builds; the values inside `config` are checked by the stage that uses them.
 */
import { bulleted, readJson, renderValue, UserError } from "@ft/bytes";
import { kindNamed, kinds } from "@ft/experiment";
import { defaultModel } from "./base-project.mjs";

/** @import { Experiment, Stage } from "./types.d.ts" */

/** Names become parts of project names and of dotted paths into the file, so a dot in one would be ambiguous. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Longest name, in characters: names become folders, and several of them one path. */
const LONGEST_NAME = 100;
/** Longest path of a model, in characters. */
const LONGEST_PATH = 1000;
/** Largest experiment.json, in bytes. */
const LARGEST = 64 * 2 ** 20;

/**
 * @param {string} name
 * @returns {boolean} whether an experiment or a stage may be called this
 */
export function isName(name) {
  return name.length <= LONGEST_NAME && NAME.test(name);
}

/**
 * @param {string} name the experiment's folder
 * @param {string} file its experiment.json
 * @returns {{ experiment: Experiment, problems?: undefined } | { experiment?: undefined, problems: string[] }}
 *   the experiment, or every reason why no graph can be made of it, each beginning with its place in the file
 */
export function parseExperiment(name, file) {
  /** @type {unknown} */
  let json;
  try {
    json = readJson(file, { most: LARGEST, what: "the experiment" });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { place } = error.at;
    return { problems: [place === undefined ? error.problem : `${place}: ${error.problem}`] };
  }
  if (!isRecord(json)) return { problems: ["not a JSON object"] };

  /** @type {string[]} */
  const problems = [];
  if (!isName(name)) problems.push(`folder name ${renderValue(name)}: ${nameRule}`);
  const { model = defaultModel, seed } = json;
  if (typeof model !== "string" || model === "" || model.length > LONGEST_PATH || model.includes("\0"))
    problems.push(
      `model: expected the folder of the base model, a path of at most ${LONGEST_PATH} characters, not ${renderValue(model)}`,
    );
  const entries = isRecord(json.stages) ? Object.entries(json.stages) : [];
  if (entries.length === 0) problems.push("stages: expected an object with at least one stage");
  const stages = entries.map(([stage, entry]) => parseStage(stage, entry, problems));
  if (problems.length === 0) problems.push(...danglingInputs(stages), ...cycles(stages));
  return problems.length > 0 ? { problems } : { experiment: { model: String(model), seed, stages } };
}

/**
 * @param {string[]} problems
 * @param {string} file
 * @returns {string} a message of limited length
 */
export function describeProblems(problems, file) {
  return new UserError(bulleted("no task graph can be made of this experiment", problems), { file }).message;
}

const nameRule = `expected lower-case letters and digits, with single hyphens between them, at most ${LONGEST_NAME} characters`;

/**
 * @param {string} name
 * @param {unknown} entry
 * @param {string[]} problems appended to
 * @returns {Stage} meaningful only if nothing was appended
 */
function parseStage(name, entry, problems) {
  const at = `stages.${name.slice(0, LONGEST_NAME)}`;
  if (!isName(name)) problems.push(`${at}: ${nameRule}`);
  const section = isRecord(entry) ? entry : {};
  const { uses, inputs = {}, run } = section;
  if (kindNamed(uses) === undefined)
    problems.push(`${at}.uses: expected one of ${Object.keys(kinds).join(", ")}, not ${renderValue(uses)}`);
  if (run !== undefined && (typeof run !== "string" || run.trim() === "" || run.includes("\0")))
    problems.push(`${at}.run: expected a command as a string`);
  const named = isRecord(inputs) ? Object.values(inputs).flat() : [inputs];
  if (!named.every((input) => typeof input === "string"))
    problems.push(`${at}.inputs: expected roles, each with the name of a stage or a list of such names`);
  return {
    name,
    uses: String(uses),
    inputs: [...new Set(named.map(String))],
    outside: run !== undefined,
    section,
  };
}

/**
 * @param {Stage[]} stages
 * @returns {string[]}
 */
function danglingInputs(stages) {
  const names = new Set(stages.map((stage) => stage.name));
  const known = [...names].slice(0, 20).join(", ");
  return stages.flatMap((stage) =>
    stage.inputs
      .filter((input) => !names.has(input))
      .map(
        (input) =>
          `stages.${stage.name}.inputs: there is no stage ${renderValue(input)}; stages: ${known}${names.size > 20 ? ", ..." : ""}`,
      ),
  );
}

/**
 * Removes stages that wait for nothing until none does: in time proportional to the number of inputs.
 *
 * @param {Stage[]} stages
 * @returns {string[]} one problem for the stages that depend on themselves, if there are any
 */
function cycles(stages) {
  /** @type {Map<string, string[]>} */
  const readers = new Map(stages.map(({ name }) => [name, []]));
  for (const { name, inputs } of stages) for (const input of inputs) readers.get(input)?.push(name);
  const waiting = new Map(
    stages.map(({ name, inputs }) => [name, inputs.filter((input) => readers.has(input)).length]),
  );
  const free = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    waiting.delete(name);
    for (const reader of readers.get(name) ?? []) {
      const left = (waiting.get(reader) ?? 0) - 1;
      waiting.set(reader, left);
      if (left === 0) free.push(reader);
    }
  }
  if (waiting.size === 0) return [];
  return [`stages: ${[...waiting.keys()].join(", ")} are part of a circular dependency, or depend on one`];
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
