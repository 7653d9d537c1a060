/** What only some model families have. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/model/src";

export const families: Area = {
  name: "families",
  tests: ["test/parity/families.test.ts", "packages/model/src/families"],
  mutants: [
    ...mutantsOf(
      `${folder}/decoder/parts/attention.ts`,
      "readersOrder",
      ["Math.trunc(head / shared)", "head % keyValueHeads"],
      ["(heads + keyValueHeads) * headSize", "2 * heads * headSize"],
    ),
    ...mutantsOf(
      `${folder}/decoder/parts/query-key.ts`,
      "factorOf",
      ["Math.sqrt(headSize)", "1"],
      ["1 / (layer + 1)", "1 / layer"],
    ),
    ...mutantsOf(`${folder}/decoder/parts/query-key.ts`, "queryKeyBackward", [
      "ops.scale(dScaled, queryFactor)",
      "dScaled",
    ]),
    ...mutantsOf(`${folder}/decoder/parts/embedding.ts`, "positionRows", ["offset + position", "position"]),
    ...mutantsOf(`${folder}/decoder/batch.ts`, "distinctRows", [
      "positions[row]! * kinds + tokens[row]!",
      "tokens[row]!",
    ]),
    ...mutantsOf(`${folder}/decoder/tree.ts`, "lastOf", ["runs[i]! + runs[i + 1]! - length", "runs[i]!"]),
    ...mutantsOf(`${folder}/decoder/rotary-frequencies.ts`, "scaled", [
      "(turns - low) / (high - low)",
      "turns / (high - low)",
    ]),
    ...mutantsOf(`${folder}/decoder/parts/mlp.ts`, "mlpBackward", [
      "ops.add(throughUp, throughGate!)",
      "throughUp",
    ]),
    ...mutantsOf(`${folder}/decoder/parts/activation.ts`, "sigmoidGateSlope", [
      "ops.subtract(s, ops.square(s))",
      "s",
    ]),
    ...mutantsOf(`${folder}/weights/transposed.ts`, "transpose", [
      "result[column * rows + row] = data[row * columns + column]!",
      "result[row * columns + column] = data[row * columns + column]!",
    ]),
    ...mutantsOf("packages/circuits/src/evaluation/ablated-state.ts", "constantState", [
      "decoder.embedding.positions ? addPositions(ops, decoder, input, depths) : input",
      "input",
    ]),
    ...mutantsOf("packages/circuits/src/evaluation/run-circuit.ts", "runCircuit", [
      "treeOfLayer(state.tree, decoder.blocks[layer]!.local)",
      "state.tree",
    ]),
  ],
};
