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
    `${folder}/further-circuits.test`,
    `${folder}/circuit-runs.test`,
  ],
  mutants: [
    ...mutantsOf(`${folder}/task.ts`, "heldOutOf", ['splits.includes("test")', "true"]),
    ...mutantsOf(`${folder}/task.ts`, "baselineRows", ["split === heldOut", "true"]),
    ...mutantsOf(
      `${folder}/findings/judge-tasks.ts`,
      "judgeOverTasks",
      ["usable.length > 0 ? usable : judged", "judged"],
      ["usable.length === 0 ||", ""],
      ["controlled.length > 0 ? controlled : able", "able"],
      ['verdict === "shown" && controlled.length === 0', "false"],
      ['(verdict === "shown" && controlled.length === 0)', "controlled.length === 0"],
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
    ...mutantsOf(`${folder}/findings/exhibits/accuracy.ts`, "accuracyCell", [
      "distinct(runs.map(({ seed }) => seed)).length",
      "runs.length",
    ]),
    ...mutantsOf(
      `${folder}/findings/read-experiments.ts`,
      "tasksOf",
      ["other.data === experiment.data && ", ""],
      ["runsOf(other).some((path) => runs.has(path))", "true"],
    ),
    ...mutantsOf(`${folder}/findings/read-experiments.ts`, "withOwnCircuits", [
      "circuits.some((path) => !seen.has(path))",
      "true",
    ]),
    ...mutantsOf(
      `${folder}/findings/read-further.ts`,
      "isReadBy",
      ["read[1] === other.manifest.sha256", "true"],
      ["return read !== undefined", "return true"],
    ),
    ...mutantsOf(
      `${folder}/findings/read-further.ts`,
      "isComparable",
      ["keys.every((key) => a[key] === b[key])", "true"],
      ["b.method !== EXACT && ", ""],
    ),
    ...mutantsOf(`${folder}/findings/read-further.ts`, "readTriedRates", [
      "readManifest(chosen).sha256 !== one.hash",
      "false",
    ]),
    ...mutantsOf(
      `${folder}/further-circuits.ts`,
      "compareRankings",
      ["rankCorrelation(exact.scores, other.scores)", "rankCorrelation(other.scores, other.scores)"],
      ["edgeCount(graph, share)", "edgeCount(graph, 2 * share)"],
    ),
    ...mutantsOf(
      `${folder}/circuit-runs.ts`,
      "mainCircuits",
      [" && row.fraction === fraction", ""],
      ['row.kind === "found" && ', ""],
    ),
    ...mutantsOf(`${folder}/seed-values.ts`, "sameOnce", ["values.slice(0, 1)", "values"]),
    ...mutantsOf(`${folder}/findings/read-experiments.ts`, "followInputs", [
      "readManifest(file).sha256 !== hash",
      "false",
    ]),
  ],
};
