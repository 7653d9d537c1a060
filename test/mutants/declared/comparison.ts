/** What the report's verdicts are made from: the comparison of methods, intervals, noise, transitions. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/report/src";

export const comparison: Area = {
  name: "comparison",
  tests: [
    `${folder}/claims`,
    `${folder}/comparison`,
    `${folder}/seed-values`,
    `${folder}/answers`,
    `${folder}/learning-rate`,
    `${folder}/evaluated`,
    `${folder}/noise`,
    `${folder}/transitions`,
  ],
  mutants: [
    ...mutantsOf(
      `${folder}/noise.ts`,
      "rowsOf",
      ["row.step === step || row.step === otherStep", "row.step === otherStep"],
      ["row.seed === seed || row.otherSeed === seed", "row.seed === seed"],
      ["isSameRun({ ...row, seed }, run) && row.step === otherStep", "isSameRun({ ...row, seed }, run)"],
      ["row.step === step && row.otherStep === otherStep", "row.step === step"],
      ["row.step === step && row.otherStep === otherStep", "row.otherStep === otherStep"],
      ["isSameRun(row, run) && row.step === step &&", "row.step === step &&"],
    ),
    ...mutantsOf(
      `${folder}/noise.ts`,
      "ratioAbove",
      ["nodeChangeRate <= floor.nodes", "nodeChangeRate < floor.nodes"],
      ["edgeChangeRate - floor.edges", "edgeChangeRate"],
      ["(nodeChangeRate - floor.nodes)", "nodeChangeRate"],
    ),
    ...mutantsOf(
      `${folder}/noise.ts`,
      "nullEnd",
      ["ratioAbove(draw, floor)", "ratioAbove(draw)"],
      [".sort((a, b) => a - b)", ""],
      ["Math.ceil(", "Math.floor("],
    ),
    ...mutantsOf(
      `${folder}/noise.ts`,
      "modelOfRow",
      ["row.step === 0", "false"],
      ["own && row.step < own.otherStep", "false"],
    ),
    ...mutantsOf(
      `${folder}/seed-values.ts`,
      "intervalOf",
      ["crossed ? crossedInterval(crossed, level) :", ""],
      ["values.length < 2", "values.length < 3"],
    ),
    ...mutantsOf(`${folder}/seed-values.ts`, "testOf", [
      "crossed ? crossedTest(crossed) : pairedTest(values)",
      "pairedTest(values)",
    ]),
    ...mutantsOf(`${folder}/seed-values.ts`, "seedEffect", ["crossed ?", "false ?"]),
    ...mutantsOf(
      `${folder}/comparison.ts`,
      "resultsOf",
      ["own.length === draws.length && ", ""],
      ["&& own.every(({ of }) => of === own[0]!.of)", ""],
      ["mean(own, ({ correct }) => correct[example]!)!", "own[0]!.correct[example]!"],
    ),
    ...mutantsOf(
      `${folder}/comparison.ts`,
      "differencesOf",
      ["one.accuracy - other.accuracy", "other.accuracy - one.accuracy"],
      ["mine.of !== theirs?.of", "!theirs"],
      ["share - theirs.shares[example]!", "share - theirs.shares[0]!"],
    ),
    ...mutantsOf(
      `${folder}/comparison.ts`,
      "seedValues",
      ["one && one.of === first?.of", "one"],
      ["rows.length > 1 && ", ""],
      ["rows.length === values.length && ", ""],
      ["&& first!.shares.length > 1", ""],
    ),
    ...mutantsOf(`${folder}/answers.ts`, "readAnswers", [
      "JSON.stringify([datasets, examples])",
      "JSON.stringify([datasets])",
    ]),
    ...mutantsOf(
      `${folder}/evaluated-circuits.ts`,
      "controlKind",
      ["seed === modelSeed", "true"],
      ["step === modelStep", "true"],
      ["!isOwnPlan", "false"],
      ["isControl(rule)", "false"],
      ["&& step > 0", ""],
      ["plan === RANDOM_MODEL", "false"],
    ),
    ...mutantsOf(
      `${folder}/evaluated-circuits.ts`,
      "readControlCircuits",
      ["!isWhole(row) || ", ""],
      ['row.sample !== "all" || ', ""],
      ["modelSeed: seed", "seed"],
    ),
    ...mutantsOf(`${folder}/transitions.ts`, "transitionsOf", ["&& isSameRun(row, run)", ""]),
    ...mutantsOf(
      `${folder}/transitions.ts`,
      "meanTransition",
      ["floors.length < transitions.length", "floors.length === 0"],
      ["Math.min(...drawn", "Math.max(...drawn"],
      ["rows[i]!", "rows[0]!"],
    ),
    ...mutantsOf(`${folder}/transitions.ts`, "transitionRatio", [
      "ratioAbove(found.change, floor)",
      "ratioAbove(found.change)",
    ]),
    ...mutantsOf(`${folder}/transitions.ts`, "transitionNull", [
      "nullEnd(found.draws(chance), floor)",
      "nullEnd(found.draws(chance))",
    ]),
    ...mutantsOf(
      `${folder}/comparison.ts`,
      "uniformRanks",
      ["ranks.size === 1", "ranks.size > 0"],
      ['kind === "lora" ? rank : undefined', "rank"],
      ["adapterKind(kind).adapt === undefined", "false"],
    ),
    ...mutantsOf(`${folder}/comparison.ts`, "finalRows", [
      "greatest(own, ({ step }) => step)",
      "greatest(own, ({ step }) => -step)",
    ]),
    ...mutantsOf(
      `${folder}/comparison.ts`,
      "planMethods",
      ['uses === "lora" && ', ""],
      ["&& !manifest.outside", ""],
    ),
    ...mutantsOf(`${folder}/comparison.ts`, "summarize", [
      "differencesOf(own, reference)",
      "differencesOf(reference, own)",
    ]),
    ...mutantsOf(`${folder}/comparison.ts`, "circuitAwareRun", [
      "edgeChange !== null",
      "edgeChange === null",
    ]),
    ...mutantsOf(`${folder}/comparison.ts`, "modulesOf", ["seed === rows[0]!.seed", "true"]),
    ...mutantsOf(
      `${folder}/learning-rate-edges.ts`,
      "edgeRates",
      ["if (!chosen) continue;", ""],
      ["isSameRun(row, { plan, draw, seed })", "row.plan === plan"],
      ["isSameRun(row, { plan, draw, seed })", "row.seed === seed"],
    ),
  ],
};
