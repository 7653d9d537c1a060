/** The pairs and datasets that a model can take, and the tokens of answers. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/model/src/admit";
const tokenizer = "packages/model/src/tokenizer";

export const admission: Area = {
  name: "admission",
  tests: [folder, `${tokenizer}/answer-token`],
  mutants: [
    ...mutantsOf(
      `${folder}/reasons.ts`,
      "rejectIds",
      ["id < vocabulary", "id <= vocabulary"],
      ["id >= 0 &&", ""],
      ["Number.isInteger(id) &&", ""],
    ),
    ...mutantsOf(
      `${folder}/reasons.ts`,
      "rejectPrompts",
      ["clean.length === 0 || corrupted.length === 0", "false"],
      ["clean.length !== corrupted.length", "clean.length < corrupted.length"],
      ["?? rejectIds(corrupted, vocabulary)", ""],
    ),
    ...mutantsOf(`${folder}/reasons.ts`, "rejectLength", ["length > most", "length > 2 * most"]),
    ...mutantsOf(`${folder}/dataset.ts`, "foreignToken", ["token >= vocabulary", "token > vocabulary"]),
    ...mutantsOf(`${folder}/dataset.ts`, "tokenColumns", ['"corruptedTokens", ', ""]),
    ...mutantsOf(
      `${folder}/admission.ts`,
      "judge",
      ['encoded.corruptedAnswer !== "" &&', ""],
      ["length > maxPositions", "length >= maxPositions"],
      ["foreign ? FOREIGN : this.#unusable", "this.#unusable"],
    ),
    ...mutantsOf(`${folder}/admission.ts`, "finish", [
      "this.#dropped.total === this.#judged",
      "this.#dropped.total > this.#judged",
    ]),
    ...mutantsOf(
      `${folder}/pair-encoder.ts`,
      "encodeAnswers",
      ["cleanTokens.every(", "cleanTokens.some("],
      ["(token === corruptedToken)", "(false)"],
      ["rejectIds([token, corruptedToken ?? token], vocabulary)", "rejectIds([token], vocabulary)"],
      ["this.#corruptedAnswerIsToken && corruptedToken === null", "false"],
    ),
    ...mutantsOf(`${folder}/pair-encoder.ts`, "encodeTexts", [
      "?? this.#rejectUnknown(corrupted, corruptedTokens)",
      "",
    ]),
    ...mutantsOf(`${folder}/pair-encoder.ts`, "encodeIds", [
      "ids[0] === this.#tokenizer.bos ? ids.slice(1) : ids",
      "ids",
    ]),
    ...mutantsOf(
      `${folder}/pair-encoder.ts`,
      "rejectForeignId",
      ["id >= tokenizer.vocabulary", "false"],
      ["before) === id", "before) !== undefined"],
    ),
    ...mutantsOf(`${folder}/start-years.ts`, "middle", ["first + last", "2 * last"]),
    ...mutantsOf(`${folder}/start-years.ts`, "withYears", ["Number(before) + 1", "0"]),
    ...mutantsOf(`${folder}/mib-rows.ts`, "otherChoice", [
      "1 - (answerKey as number)",
      "answerKey as number",
    ]),
    ...mutantsOf(`${folder}/mib-rows.ts`, "mibRow", ["counterfactual ?? defaults", "defaults"]),
    ...mutantsOf(`${folder}/pair-encoder.ts`, "maybeToken", ["|| this.#isToken(text)", ""]),
    ...mutantsOf(
      `${tokenizer}/answer-token.ts`,
      "answerToken",
      ["whole.length !== before.length + 1 ||", ""],
      ["|| !startsWith(whole, before)", ""],
      ["token === tokenizer.unknown ? undefined : token", "token"],
    ),
    ...mutantsOf(
      `${tokenizer}/answer-token.ts`,
      "joined",
      ["!/\\s$/.test(prompt)", "true"],
      ['join === "space" &&', ""],
    ),
    ...mutantsOf(`${tokenizer}/answer-token.ts`, "endPrompt", ['!prompt.endsWith("\\n")', "true"]),
    ...mutantsOf(`${tokenizer}/answer-token.ts`, "bareAnswer", ['join === "none" ? answer :', ""]),
    ...mutantsOf(`${tokenizer}/tokenizer.ts`, "encodePrompt", [
      "if (ids[0] === tokenizer.bos) return ids;",
      "",
    ]),
    ...mutantsOf(
      `${folder}/row-encoder.ts`,
      "difference",
      ['["cleanTokens", "corruptedTokens"]', '["cleanTokens"]'],
      ['["answerToken", "corruptedAnswerToken"]', '["answerToken"]'],
      ["Math.max(found.length, expected.length)", "Math.min(found.length, expected.length)"],
    ),
    ...mutantsOf(
      `${folder}/csv-rows.ts`,
      "rowOf",
      ["\\d+(\\.0+)?", "\\d+(\\.\\d+)?"],
      ["!holdsTokenId(name)", "false"],
    ),
    ...mutantsOf(`${folder}/csv-rows.ts`, "separatorOf", ["parts > most", "parts < most"]),
    ...mutantsOf(`${folder}/csv-rows.ts`, "csvRows", ["record.length === names.length", "true"]),
    ...mutantsOf(
      `${folder}/json-rows.ts`,
      "read",
      ["isIds(clean) && isIds(corrupted)", "isIds(clean) || isIds(corrupted)"],
      ["!bothText || (name", "(name"],
    ),
    ...mutantsOf(`${folder}/json-rows.ts`, "isId", ["(value as number) >= 0", "true"]),
    ...mutantsOf(
      `${folder}/pair-fields.ts`,
      "findFields",
      ["another !== undefined", "false"],
      ["twice !== undefined", "false"],
    ),
  ],
};
