/** The cost of one computation, for how costs grow. */
import { seededRandom } from "@ft/artifacts";
import { countOps, type Ops } from "@ft/backend";
import { attribute, evaluateCircuits, type Pair } from "@ft/circuits";
import { initializeModel, type Model } from "@ft/model";
import { type GrowthSetup, WHOLE } from "../growth/axes.ts";
import type { Cost } from "../protocol.ts";
import { shapes } from "../shapes.ts";
import { spread } from "../statistics.ts";
import { foundCircuit } from "./found-circuit.ts";

const SEED = 1;
const RUNS = 4;

/** Counts one run, which warms up, and takes the median time of a few more. @param pairs prompts of add-sub */
export function grow(ops: Ops, pairs: readonly Pair[], setup: GrowthSetup): Cost {
  const { layers, heads, examples, tokens } = setup;
  const { config } = shapes.nano;
  const rotaryDims = config.dModel / heads / 4;
  const model = initializeModel({ ...config, layers, heads, rotaryDims }, SEED);
  const some = tokens > 0 ? randomPairs(config.vocabulary, tokens, examples) : pairs.slice(0, examples);
  const compute = computation(ops, model, some, setup);

  const counted = countOps(ops);
  compute(counted.ops);
  const { flops, calls } = counted.total();
  const samples = Array.from({ length: RUNS }, () => {
    const began = process.cpuUsage();
    compute(ops);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  });
  return { cpu: spread(samples).median, flops, operations: calls };
}

function computation(
  own: Ops,
  model: Model,
  pairs: readonly Pair[],
  { job, share, circuits: count, edges }: GrowthSetup,
): (ops: Ops) => void {
  if (job === "attribution") return (ops) => attribute(ops, model, pairs, { share });
  const circuit = foundCircuit(own, model, pairs, edges / WHOLE);
  const circuits = Array.from({ length: count }, () => circuit);
  return (ops) => evaluateCircuits(ops, model, pairs, circuits, { share });
}

/** Prompts whose clean and corrupted tokens differ in the first. */
function randomPairs(vocabulary: number, tokens: number, count: number): Pair[] {
  const random = seededRandom(SEED, "prompts");
  const token = () => random.int(1, vocabulary - 1);
  return Array.from({ length: count }, () => {
    const clean = Array.from({ length: tokens }, token);
    return { clean, corrupted: [token(), ...clean.slice(1)], answer: token(), wrong: token() };
  });
}
