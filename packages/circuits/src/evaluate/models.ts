/** The checkpoint whose model each circuit is evaluated in. */
import { type CheckpointKey, describeRun, isSameRun, type RunKey, UserError } from "@ft/artifacts";
import { noCheckpoint } from "../checkpoints/checkpoints.ts";

/** own: the circuit's checkpoint; first, last or a step: that checkpoint of the circuit's run. */
export type ModelChoice = "own" | "first" | "last" | number;

/**
 * The checkpoint whose model a circuit is evaluated in.
 * @param all checkpoints
 * @throws UserError if the run, or its step, is not among them
 */
export function modelOf(
  circuit: CheckpointKey,
  choice: ModelChoice,
  all: readonly CheckpointKey[],
): CheckpointKey {
  const own = checkpointsOf(circuit, all);
  if (choice === "first") return own[0]!;
  if (choice === "last") return own.at(-1)!;
  const step = choice === "own" ? circuit.step : choice;
  const found = own.find((key) => key.step === step);
  if (found) return found;
  throw noCheckpoint(own, step);
}

function checkpointsOf(run: RunKey, all: readonly CheckpointKey[]): CheckpointKey[] {
  const own = all.filter((key) => isSameRun(key, run));
  if (own.length > 0) return own;
  throw new UserError("a circuit is of a run that has no checkpoint", {
    value: describeRun(run),
    remedy: "name the train stage whose circuits these are in the role `train`",
  });
}

/** The checkpoints whose models a circuit from a file is evaluated in. */
export function modelsOfFiles(choice: ModelChoice, all: readonly CheckpointKey[]): CheckpointKey[] {
  if (choice === "own") return [...all];
  const wanted = all.map((key) => modelOf(key, choice, all));
  return all.filter((key) => wanted.includes(key));
}
