/** Recognises experiments of earlier versions, and says what to write now. */
import { isRecord } from "./layers.js";

/** Keys that a circuits stage used to have and that belong to an attribute stage now. */
const ATTRIBUTE = [
  "method",
  "steps",
  "grid",
  "metric",
  "normalize",
  "libraryBatch",
  "examples",
  "checkpoints",
];
const EVALUATE = ["metric", "examples"];

/**
 * A version 1 circuits stage scored, selected and evaluated. It is now three stages for each train stage.
 *
 * @param {string} name
 * @param {Record<string, unknown>} entry of the stage
 * @returns {string | undefined} what is wrong, with the stages to write, a line each; undefined if the entry is not of that form
 */
export function earlierForm(name, { uses, inputs, config = {}, run }) {
  if (uses !== "circuits" || run !== undefined || !isRecord(inputs) || !isRecord(config)) return undefined;
  if (inputs.train === undefined || inputs.scores !== undefined) return undefined;
  const { train, circuits: _, ...others } = inputs;
  const trains = [train].flat().map(String);
  const stages = trains.flatMap((one) => {
    const own = trains.length > 1 ? `${name}-${one}` : name;
    const read = { ...others, train: one };
    return Object.entries({
      [`${own}-scores`]: {
        uses: "attribute",
        inputs: read,
        config: pick(config, (key) => ATTRIBUTE.includes(key)),
      },
      [own]: {
        uses: "circuits",
        inputs: { scores: `${own}-scores` },
        config: pick(config, (key) => !ATTRIBUTE.includes(key)),
      },
      [`${own}-evaluation`]: {
        uses: "evaluate",
        inputs: { circuits: own, ...read },
        config: pick(config, (key) => EVALUATE.includes(key)),
      },
    });
  });
  const lines = stages.map(([stage, content]) => `    "${stage}": ${JSON.stringify(content)}`);
  const first = trains.length > 1 ? `${name}-${trains[0]}` : name;
  return [
    "edges are scored, circuits selected and evaluated by a stage each now; write",
    lines.join(",\n"),
    `    and in a report "scores": "${first}-scores", "circuits": "${first}", "evaluation": "${first}-evaluation"`,
  ].join("\n");
}

/**
 * @param {Record<string, unknown>} record
 * @param {(key: string) => boolean} wanted
 * @returns {Record<string, unknown>}
 */
function pick(record, wanted) {
  return Object.fromEntries(Object.entries(record).filter(([key]) => wanted(key)));
}
