/** The state that interrupted training resumes from: every parameter with its moments at some step, and notes. */
import { join } from "node:path";
import type { Ops, Parameter, ParameterState } from "@ft/backend";
import type { Weights } from "@ft/model";
import { readScratch, writeScratch } from "./scratch-file.ts";

export interface TrainingState<Notes> {
  /** Updates made. */
  step: number;
  /** By tensor name. */
  parameters: Map<string, ParameterState>;
  /** The state of the adapter's schedule; empty for most kinds. */
  schedule: Weights;
  /** Everything else that the run needs to resume; JSON. */
  notes: Notes;
}

/** Before the names of the schedule's tensors. */
const SCHEDULE = "schedule ";
const PARTS = ["value", "firstMoment", "secondMoment"] as const;

/** Saves the state of training in its folder, replacing the previous one. */
export function saveTrainingState<Notes>(
  folder: string,
  ops: Ops,
  parameters: ReadonlyMap<string, Parameter>,
  { step, notes, schedule }: { step: number; notes: Notes; schedule?: Weights | undefined },
): void {
  const tensors: Weights = new Map();
  for (const [name, parameter] of parameters) {
    const state = ops.readParameter(parameter);
    for (const part of PARTS)
      tensors.set(`${name} ${part}`, { shape: [...parameter.shape], data: state[part] });
  }
  for (const [name, tensor] of schedule ?? []) tensors.set(`${SCHEDULE}${name}`, tensor);
  writeScratch(stateFile(folder), { notes: { step, names: [...parameters.keys()], notes }, tensors });
}

/** The state last saved in a folder; undefined if there is none. */
export function loadTrainingState<Notes>(folder: string): TrainingState<Notes> | undefined {
  const saved = readScratch<{ step: number; names: string[]; notes: Notes }>(stateFile(folder));
  if (!saved) return undefined;
  const { step, names, notes } = saved.notes;
  const parameters = new Map<string, ParameterState>();
  for (const name of names) {
    const [value, firstMoment, secondMoment] = PARTS.map(
      (part) => saved.tensors.get(`${name} ${part}`)!.data,
    );
    parameters.set(name, { value: value!, firstMoment: firstMoment!, secondMoment: secondMoment! });
  }
  const schedule: Weights = new Map(
    [...saved.tensors]
      .filter(([name]) => name.startsWith(SCHEDULE))
      .map(([name, tensor]) => [name.slice(SCHEDULE.length), tensor]),
  );
  return { step, parameters, schedule, notes };
}

function stateFile(folder: string): string {
  return join(folder, "state");
}
