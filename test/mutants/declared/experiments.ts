/** experiment.json: inheritance, places of mistakes, and shared stages. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/experiment/src";

export const experiments: Area = {
  name: "experiments",
  tests: [folder],
  mutants: [
    ...mutantsOf(
      `${folder}/layers.js`,
      "merge",
      ["known && value === null", "false"],
      ["known ? merge(merged[key], value) : value", "value"],
    ),
    ...mutantsOf(`${folder}/layers.js`, "originOf", ["layers.findLast(", "layers.find("]),
    ...mutantsOf(`${folder}/compose.js`, "addDefaults", [
      "draft.layers.push(own)",
      "draft.layers.unshift(own)",
    ]),
    ...mutantsOf(`${folder}/compose.js`, "addMethod", [
      "value !== undefined && value !== false",
      "value !== undefined",
    ]),
    ...mutantsOf(`${folder}/compose.js`, "addStages", ["known?.kind === kind ? known : undefined", "known"]),
    ...mutantsOf(`${folder}/files.js`, "moveFiles", ["source.folder === folder", "true"]),
    ...mutantsOf(`${folder}/files.js`, "moveConfigFiles", ["isAbsolute(file)", "false"]),
    ...mutantsOf(`${folder}/inputs.js`, "fills", [
      "needed.every((table) => stage.kind.outputs.includes(table))",
      "true",
    ]),
    ...mutantsOf(
      `${folder}/inputs.js`,
      "inferred",
      ["parts.slice(0, own)", "parts"],
      ["others.length === 1", "others.length > 0"],
    ),
    ...mutantsOf(
      `${folder}/sweep.js`,
      "dependence",
      ["first.get(name) !== own.get(name)", "false"],
      ["own?.size !== size", "false"],
    ),
    ...mutantsOf(`${folder}/resolve.js`, "sameSection", [
      "moveConfigFiles(other, kind, parent.source.folder, experiment.source.folder)",
      "other",
    ]),
    ...mutantsOf(`${folder}/roles.js`, "roleProblems", ["names.length > 1 && !contract.several", "false"]),
    ...mutantsOf(`${folder}/shape.js`, "without", ["broken.add(name)", "broken.has(name)"]),
    ...mutantsOf(`${folder}/library.js`, "named", ["at >= 0", "false"]),
    ...mutantsOf(`${folder}/names.js`, "isName", ["name.length <= LONGEST_NAME", "true"]),
  ],
};
