/** The interactive circuit: which edges are shown, where, and what is drawn again. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/report/src/circuit-view";
const browser = `${folder}/browser`;

export const circuitView: Area = {
  name: "circuit-view",
  tests: [`${browser}/`, `${folder}/embed`],
  mutants: [
    ...mutantsOf(
      `${browser}/layout.js`,
      "placeNode",
      ["heads + 0.5 : column", "heads : column"],
      ["y: layers + 1", "y: 0"],
      ["y: 1 + layer", "y: layer"],
    ),
    ...mutantsOf(`${browser}/layout.js`, "bend", ["side * BEND * dy", "BEND * dy"]),
    ...mutantsOf(`${browser}/layout.js`, "distanceToCurve", ["Math.max(0, along)", "along"]),
    ...mutantsOf(`${browser}/circuit.js`, "fateOf", ['"removed" : "kept"', '"kept" : "removed"']),
    ...mutantsOf(
      `${browser}/circuit.js`,
      "thresholdsOf",
      [".map(Math.abs)", ""],
      ["sorted.length - kept", "kept"],
      ["1 - position / POSITIONS", "position / POSITIONS"],
    ),
    ...mutantsOf(
      `${browser}/state.js`,
      "visibleEdges",
      ['show !== "after"', 'show === "before"'],
      ["destinations[edge] !== node", "true"],
      ["Math.abs(before) >= least.before", "Math.abs(before) >= least.after"],
      ["isStrong && shown[fate]", "isStrong"],
    ),
    ...mutantsOf(`${browser}/state.js`, "strengthOf", ["Math.max(", "Math.min("]),
    ...mutantsOf(`${browser}/state.js`, "initialState", ["<= AT_FIRST", "> AT_FIRST"]),
    ...mutantsOf(`${browser}/canvases.js`, "edgeAt", ["distance <= nearest", "distance >= nearest"]),
    ...mutantsOf(`${folder}/embed.ts`, "embedCircuits", ["?? Number.NaN", "?? 0"]),
  ],
};
