/** The checkpoints whose models each circuit is evaluated in. */
import {
  type CheckpointKey,
  type CircuitKey,
  describeRun,
  isSameCheckpoint,
  isSameRun,
  RANDOM_MODEL,
  type RunKey,
  UserError,
} from "@ft/artifacts";
import { isControl } from "@ft/graph";
import { noCheckpoint } from "@ft/model";

/**
 * own: the circuit's checkpoint; first, last or a step: that checkpoint of the circuit's run; other-seeds: the same step of
 * the runs with the same plan and draw, none before training, when all have the same model.
 */
export type ModelChoice = "own" | "first" | "last" | "other-seeds" | number;

/**
 * The checkpoints whose models a circuit is evaluated in, in the table's order. A circuit of a random model, which has no
 * run, is evaluated in the chosen checkpoints of every run. A control, which is compared with a found circuit in that
 * circuit's model, is evaluated nowhere else.
 *
 * @param all checkpoints
 * @throws UserError if the run, or its step, is not among them
 */
export function modelsOf(
  circuit: CheckpointKey & Partial<Pick<CircuitKey, "rule">>,
  choices: readonly ModelChoice[],
  all: readonly CheckpointKey[],
): CheckpointKey[] {
  if (circuit.plan === RANDOM_MODEL) return modelsOfFiles(choices, all);
  const own = checkpointsOf(circuit, all);
  const wanted = choices.flatMap((choice) => {
    if (choice === "first") return own[0]!;
    if (choice === "last") return own.at(-1)!;
    if (choice === "other-seeds") return otherSeeds(circuit, all);
    const step = choice === "own" ? circuit.step : choice;
    const found = own.find((key) => key.step === step);
    if (!found) throw noCheckpoint(own, step);
    return found;
  });
  const fits = (key: CheckpointKey) => !isControl(circuit.rule ?? "") || isSameCheckpoint(key, circuit);
  return all.filter((key) => wanted.includes(key) && fits(key));
}

/** The checkpoints whose models a circuit from a file is evaluated in: all, unless `own` is not among the choices. */
export function modelsOfFiles(
  choices: readonly ModelChoice[],
  all: readonly CheckpointKey[],
): CheckpointKey[] {
  if (choices.includes("own")) return [...all];
  const wanted = all.flatMap((key) => modelsOf(key, choices, all));
  return all.filter((key) => wanted.includes(key));
}

function checkpointsOf(run: RunKey, all: readonly CheckpointKey[]): CheckpointKey[] {
  const own = all.filter((key) => isSameRun(key, run));
  if (own.length > 0) return own;
  throw new UserError("a circuit is of a run that has no checkpoint", {
    value: describeRun(run),
    remedy: "name the train stage whose circuits these are in the role `train`",
  });
}

function otherSeeds({ plan, draw, seed, step }: CheckpointKey, all: readonly CheckpointKey[]) {
  if (step === 0) return [];
  return all.filter(
    (key) => key.plan === plan && key.draw === draw && key.step === step && key.seed !== seed,
  );
}
