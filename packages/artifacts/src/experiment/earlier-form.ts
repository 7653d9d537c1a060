/** Stages as earlier versions had them, and how they are written now. */

/** What a circuits stage was configured with, by the kind of stage that has it now. */
const KEYS = {
  attribute: ["method", "steps", "grid", "metric", "normalize", "libraryBatch", "examples", "checkpoints"],
  circuits: ["fraction", "fractions", "curve", "random"],
  evaluate: ["metric", "examples"],
};

/**
 * What is wrong with stages that find, score and evaluate circuits in one, each with the stages to write in its place.
 *
 * @param content of experiment.json
 */
export function earlierForms(content: unknown): string[] {
  const stages = isRecord(content) && isRecord(content.stages) ? content.stages : {};
  return Object.entries(stages).flatMap(([name, entry]) => {
    if (
      !isRecord(entry) ||
      entry.uses !== "circuits" ||
      !isRecord(entry.inputs) ||
      !("train" in entry.inputs)
    )
      return [];
    const { inputs, config } = entry;
    const part = (keys: readonly string[]) =>
      Object.fromEntries(
        Object.entries(isRecord(config) ? config : {}).filter(([key]) => keys.includes(key)),
      );
    const replacement = {
      [`${name}-scores`]: { uses: "attribute", inputs, config: part(KEYS.attribute) },
      [name]: { uses: "circuits", inputs: { scores: `${name}-scores` }, config: part(KEYS.circuits) },
      [`${name}-evaluation`]: {
        uses: "evaluate",
        inputs: { circuits: name, ...inputs },
        config: part(KEYS.evaluate),
      },
    };
    const written = Object.entries(replacement).map(([stage, now]) => `"${stage}": ${JSON.stringify(now)}`);
    return [
      [
        `stages.${name}: edges are scored, circuits selected and evaluated by a stage each now; write`,
        ...written.map((line, i) => `    ${line}${i < written.length - 1 ? "," : ""}`),
        `    and in a report "scores": "${name}-scores", "circuits": "${name}", "evaluation": "${name}-evaluation"`,
      ].join("\n"),
    ];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
