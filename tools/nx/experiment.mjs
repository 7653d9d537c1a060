// @ts-check
/**
 * As much of experiment.json as the task graph is made of. Plain JavaScript that needs no build, because the graph is
 * what builds; the values inside `config` are checked by the stage that uses them.
 */
import { defaultModel } from "./base-project.mjs";
import { stageKinds } from "./stage-kinds.mjs";

/** @import { Experiment, Stage } from "./types.d.ts" */

/** Names become parts of project names and of dotted paths into the file, so a dot in one would be ambiguous. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * @param {string} name the experiment's folder
 * @param {string} text content of its experiment.json
 * @returns {{ experiment: Experiment, problems?: undefined } | { experiment?: undefined, problems: string[] }}
 *   the experiment, or every reason why no graph can be made of it, each beginning with its place in the file
 */
export function parseExperiment(name, text) {
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problems: [`not JSON: ${error instanceof Error ? error.message : error}`] };
  }
  if (!isRecord(json)) return { problems: ["not a JSON object"] };

  /** @type {string[]} */
  const problems = [];
  if (!NAME.test(name)) problems.push(`folder name ${JSON.stringify(name)}: ${nameRule}`);
  const { model = defaultModel } = json;
  if (typeof model !== "string" || model === "")
    problems.push("model: expected the folder of the base model as a string");
  const entries = isRecord(json.stages) ? Object.entries(json.stages) : [];
  if (entries.length === 0) problems.push("stages: expected an object with at least one stage");
  const stages = entries.map(([stage, entry]) => parseStage(stage, entry, problems));
  if (problems.length === 0) problems.push(...danglingInputs(stages), ...cycles(stages));
  return problems.length > 0 ? { problems } : { experiment: { model: String(model), stages } };
}

const nameRule = "expected lower-case letters and digits, with single hyphens between them";

/**
 * @param {string} name
 * @param {unknown} entry
 * @param {string[]} problems appended to
 * @returns {Stage} meaningful only if nothing was appended
 */
function parseStage(name, entry, problems) {
  const at = `stages.${name}`;
  if (!NAME.test(name)) problems.push(`${at}: ${nameRule}`);
  const { uses, inputs = {}, run, config } = isRecord(entry) ? entry : {};
  if (typeof uses !== "string" || !Object.hasOwn(stageKinds, uses))
    problems.push(
      `${at}.uses: expected one of ${Object.keys(stageKinds).join(", ")}, not ${JSON.stringify(uses)}`,
    );
  if (run !== undefined && (typeof run !== "string" || run.trim() === ""))
    problems.push(`${at}.run: expected a command as a string`);
  const named = isRecord(inputs) ? Object.values(inputs).flat() : [inputs];
  if (!named.every((input) => typeof input === "string"))
    problems.push(`${at}.inputs: expected roles, each with the name of a stage or a list of such names`);
  return {
    name,
    uses: String(uses),
    inputs: [...new Set(named.map(String))],
    outside: run !== undefined,
    words: [...String(run ?? "").split(/[\s"'=;|&<>()]+/), ...texts(config)].filter((word) => word !== ""),
  };
}

/**
 * @param {unknown} value of JSON
 * @returns {string[]} every string in it
 */
function texts(value) {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/**
 * @param {Stage[]} stages
 * @returns {string[]}
 */
function danglingInputs(stages) {
  const names = stages.map((stage) => stage.name);
  return stages.flatMap((stage) =>
    stage.inputs
      .filter((input) => !names.includes(input))
      .map(
        (input) =>
          `stages.${stage.name}.inputs: no stage is named ${JSON.stringify(input)}; there are ${names.join(", ")}`,
      ),
  );
}

/**
 * @param {Stage[]} stages
 * @returns {string[]} one problem for the stages that wait for themselves, if there are any
 */
function cycles(stages) {
  let waiting = stages;
  for (;;) {
    const names = new Set(waiting.map((stage) => stage.name));
    const left = waiting.filter((stage) => stage.inputs.some((input) => names.has(input)));
    if (left.length === waiting.length) break;
    waiting = left;
  }
  return waiting.length === 0
    ? []
    : [
        `stages: ${waiting.map((stage) => stage.name).join(", ")} wait for each other or for a stage that does`,
      ];
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
