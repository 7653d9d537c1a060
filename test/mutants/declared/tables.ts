/** The contracts of tables. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/artifacts/src/tables";

export const tables: Area = {
  name: "tables",
  tests: [
    `${folder}/write-table`,
    `${folder}/read-table`,
    `${folder}/seal-table`,
    `${folder}/check-order`,
    `${folder}/read-runs`,
    "packages/artifacts/src/schemas",
  ],
  mutants: [
    ...mutantsOf(
      `${folder}/check-value.ts`,
      "INT32",
      ["2 ** 31 - 1", "2 ** 32 - 1"],
      ["-(2 ** 31)", "-(2 ** 32)"],
    ),
    ...mutantsOf(`${folder}/check-value.ts`, "integerProblem", [
      "?? rangeProblem(column, value as number)",
      "",
    ]),
    ...mutantsOf(`${folder}/check-value.ts`, "floatProblem", [
      "column.infinite ? undefined",
      "true ? undefined",
    ]),
    ...mutantsOf(`${folder}/check-value.ts`, "valueProblem", [
      "column.nullable ? undefined",
      "true ? undefined",
    ]),
    ...mutantsOf(`${folder}/check-order.ts`, "sequenceProblem", [
      "(value as number) > (before as number)",
      "(value as number) >= (before as number) - 1",
    ]),
    ...mutantsOf(`${folder}/check-order.ts`, "orderChecker", ["if (i > changed) seen.clear();", ""]),
    ...mutantsOf(
      `${folder}/read-table.ts`,
      "scanTable",
      ["rows === manifest.rows", "true"],
      ["fileIdentity(path) !== identity", "false"],
    ),
    ...mutantsOf(
      `${folder}/read-runs.ts`,
      "readRuns",
      ["(fileOfRun.get(run) ?? file) !== file", "false"],
      ["other !== stage", "false"],
      ["JSON.stringify([experiment, plan])", "JSON.stringify([plan])"],
    ),
    ...mutantsOf(`${folder}/check-value.ts`, "textProblem", ["!column.pattern.test(value)", "false"]),
    ...mutantsOf("packages/artifacts/src/schemas/plan.ts", "isSettings", [
      "settingsText(value) === text",
      "true",
    ]),
    ...mutantsOf(`${folder}/read-table.ts`, "differenceTo", ["|| version !== schema.version", ""]),
    ...mutantsOf(
      "packages/artifacts/src/manifest/verify-file.ts",
      "verifyFile",
      ["sha256 !== manifest.sha256", "false"],
      ["bytes !== manifest.bytes", "false"],
    ),
  ],
};
