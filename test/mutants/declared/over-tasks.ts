/** The findings over experiments: what is read, pooled and shown. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/report/src";

export const overTasks: Area = {
  name: "over-tasks",
  tests: [
    `${folder}/task.test`,
    `${folder}/findings/judge`,
    `${folder}/findings/exhibits`,
    `${folder}/findings/read`,
  ],
  mutants: [
    ...mutantsOf(`${folder}/task.ts`, "heldOutOf", ['splits.includes("test")', "true"]),
    ...mutantsOf(`${folder}/task.ts`, "baselineRows", ["split === heldOut", "true"]),
    ...mutantsOf(
      `${folder}/findings/judge-tasks.ts`,
      "judgeOverTasks",
      ["usable.length > 0 ? usable : judged", "judged"],
      ["usable.length === 0 ||", ""],
      ['verdict === "shown" && lacksControls', 'verdict === "shown"'],
      ['(verdict === "shown" && lacksControls)', "lacksControls"],
    ),
    ...mutantsOf(
      `${folder}/findings/judge-tasks.ts`,
      "combine",
      ['verdicts.includes("not shown")', "false"],
      ['verdicts.every((verdict) => verdict === "shown")', "true"],
    ),
    ...mutantsOf(
      `${folder}/findings/judge-tasks.ts`,
      "poolCriterion",
      ["contrast.comparable === false || ", ""],
      ["contrast.values.length < 2", "contrast.values.length < 1"],
      [" || seen.has(key)", ""],
      ["models.size > 1", "false"],
      ["holm(tested.map(({ p }) => p!))", "tested.map(({ p }) => p!)"],
    ),
    ...mutantsOf(
      `${folder}/findings/judge-tasks.ts`,
      "pool",
      ["standardError > 0", "standardError >= 0"],
      ['poolEffects(known, "mean", 0.9)', "poolEffects(known)"],
      ["parts.some(({ contrast }) => decides(contrast))", "true"],
    ),
    ...mutantsOf(`${folder}/findings/judge-tasks.ts`, "pool", [
      "seedEffect(contrast)",
      "seedEffect({ values: contrast.values })",
    ]),
    ...mutantsOf(`${folder}/findings/judge-tasks.ts`, "sumOrNull", ["sum + count", "count"]),
    ...mutantsOf(`${folder}/findings/exhibits/accuracy.ts`, "seedMeans", [
      "mean(draws.map(({ accuracy }) => accuracy))",
      "draws[0]!.accuracy",
    ]),
    ...mutantsOf(`${folder}/findings/exhibits/gain.ts`, "pooledInterval", ["isSpread && ", ""]),
    ...mutantsOf(`${folder}/findings/read-experiments.ts`, "followInputs", [
      "readManifest(file).sha256 !== hash",
      "false",
    ]),
  ],
};
