/** Choice of learning rates, parts of a stage's work, kinds of examples and baselines. */
import { type Area, mutantsOf } from "../mutant.ts";

const train = "packages/train/src";
const report = "packages/report/src";

export const rates: Area = {
  name: "rates",
  tests: [
    `${train}/choose-learning-rate`,
    `${train}/exact-match`,
    `${train}/schedule`,
    `${train}/config`,
    `${report}/baselines`,
    `${report}/exhibits/kinds`,
    `${report}/learning-rate-edges`,
    "packages/artifacts/src/stage/work-parts",
    "packages/circuits/src/evaluation/judge",
    "packages/model/src/adapters/describe-adapter",
  ],
  mutants: [
    ...mutantsOf(
      `${train}/choose-learning-rate.ts`,
      "chooseLearningRate",
      ["b.loss < a.loss", "b.loss > a.loss"],
      ["b.rate < a.rate", "b.rate > a.rate"],
      ["sum + (row.learningRate === rate ? row.validationLoss : 0)", "sum + row.validationLoss"],
    ),
    ...mutantsOf(`${train}/choose-learning-rate.ts`, "selectionSeeds", [
      "[seeds[0]!, seeds[0]! + 1]",
      "[seeds[0]!]",
    ]),
    ...mutantsOf(`${train}/choose-learning-rate.ts`, "selectingRuns", [
      "own && describeAdapter(own) === adapter",
      "own",
    ]),
    ...mutantsOf(`${train}/choose-learning-rate.ts`, "readRates", ["if (!chosen) continue;", ""]),
    ...mutantsOf(`${train}/exact-match.ts`, "exactMatch", ["kind === wanted", "kind !== wanted"]),
    ...mutantsOf(`${train}/schedule.ts`, "shortWarmUp", ["warmUp < updates", "warmUp <= updates"]),
    ...mutantsOf(`${train}/config.ts`, "rates", ["from * 2 ** i", "from * 2 * i"]),
    ...mutantsOf(
      "packages/artifacts/src/schemas/learning-rates.ts",
      "edgeOf",
      ['rate === lowest) return "lowest"', 'rate === lowest) return "highest"'],
      ["lowest === highest", "false"],
    ),
    ...mutantsOf(
      "packages/artifacts/src/stage/work-parts.ts",
      "partFolder",
      ["roles.includes(roleOf(name))", "true"],
      ['name === "model" ||', ""],
      ["backend, of: asJson(of)", "of: asJson(of)"],
    ),
    ...mutantsOf("packages/artifacts/src/stage/work-parts.ts", "removeUnusedParts", [
      "mtimeMs < since - PRECISION",
      "mtimeMs < 0",
    ]),
    ...mutantsOf("packages/circuits/src/evaluation/judge.ts", "mean", [
      "sum += values[place]!",
      "sum += values[0]!",
    ]),
    ...mutantsOf(
      `${report}/baselines.ts`,
      "nearestAnswers",
      ["differing < best.differing ||", ""],
      ["apart < best.apart", "apart <= best.apart"],
      ["others.length !== words.length", "false"],
    ),
    ...mutantsOf(`${report}/baselines.ts`, "distance", ["Number.isNaN(apart) ? Infinity : apart", "apart"]),
    ...mutantsOf(`${report}/baselines.ts`, "judge", [
      "answer === corruptedAnswer",
      "answer !== corruptedAnswer",
    ]),
    ...mutantsOf(
      `${report}/exhibits/kinds.ts`,
      "scoresAt",
      ["score.split === heldOut &&", ""],
      ["&& score.step === row.step", ""],
    ),
  ],
};
