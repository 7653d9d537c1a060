/** What an interrupted training goes on from: every parameter with its moments at some step, and notes of its past. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createProvenance, scanTable, tensorsSchema, writeFileAtomic, writeTable } from "@ft/artifacts";
import {
  type Ops,
  type Parameter,
  type ParameterState,
  tensorRows,
  tensorsOfRows,
  type Weights,
} from "@ft/model";

export interface TrainingState<Notes> {
  /** Updates made. */
  step: number;
  /** By tensor name. */
  parameters: Map<string, ParameterState>;
  /** Whatever else the run needs to know about its past; JSON. */
  notes: Notes;
}

const NOTES_FILE = "state.json";
const PARTS = ["value", "firstMoment", "secondMoment"] as const;

/**
 * Saves a training's state in its folder. The tensors go first, the notes that name them last, so that a kill at any
 * moment leaves this state or the one before whole.
 */
export async function saveTrainingState<Notes>(
  folder: string,
  ops: Ops,
  parameters: ReadonlyMap<string, Parameter>,
  { step, notes }: { step: number; notes: Notes },
): Promise<void> {
  const tensors: Weights = new Map();
  for (const [name, parameter] of parameters) {
    const state = ops.readParameter(parameter);
    for (const part of PARTS)
      tensors.set(`${name} ${part}`, { shape: [...parameter.shape], data: state[part] });
  }
  const table = `state-${step}.arrow`;
  await writeTable(join(folder, table), tensorsSchema, tensorRows(tensors), createProvenance());
  writeFileAtomic(
    join(folder, NOTES_FILE),
    JSON.stringify({ step, table, names: [...parameters.keys()], notes }),
  );
  for (const file of readdirSync(folder)) {
    if (file.startsWith("state-") && !file.startsWith(table)) rmSync(join(folder, file));
  }
}

/** The state last saved in a folder; undefined if there is none. */
export function loadTrainingState<Notes>(folder: string): TrainingState<Notes> | undefined {
  const file = join(folder, NOTES_FILE);
  if (!existsSync(file)) return undefined;
  const { step, table, names, notes } = JSON.parse(readFileSync(file, "utf8"));
  const tensors = tensorsOfRows(scanTable(join(folder, table), tensorsSchema));
  const parameters = new Map<string, ParameterState>();
  for (const name of names as string[]) {
    const [value, firstMoment, secondMoment] = PARTS.map((part) => tensors.get(`${name} ${part}`)!.data);
    parameters.set(name, { value: value!, firstMoment: firstMoment!, secondMoment: secondMoment! });
  }
  return { step, parameters, notes };
}
