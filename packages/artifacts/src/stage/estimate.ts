/** What a stage is expected to take and to write, before it or what it reads has run. */
import type { CircuitKey } from "../schemas/circuits.ts";
import type { DatasetRow } from "../schemas/dataset.ts";
import type { PlanRow } from "../schemas/plan.ts";
import type { CheckpointKey } from "../schemas/run.ts";
import type { MemoryPart } from "./memory.ts";

/** Kinds of arithmetic. A machine does each at a different speed. */
export const workKinds = ["training", "answering", "attribution", "evaluation"] as const;
export type WorkKind = (typeof workKinds)[number];

/** What a stage takes. */
export interface Need {
  /** The parts of what it holds at its peak, with the largest batches that fit the budget; if none does, with the smallest. */
  memory: readonly MemoryPart[];
  /** Floating-point operations. */
  flops: Readonly<Partial<Record<WorkKind, number>>>;
  /** How often the model's weights are read from their files. */
  loads: number;
  /** What to do if the memory is not there, besides giving it more. @default nothing */
  remedies?: readonly string[];
}

/** What later stages' needs depend on in a stage's tables, by table. */
export interface Expected {
  dataset?: {
    /** Some of the rows, whatever their split. */
    sample: readonly DatasetRow[];
    /** Rows of each split. */
    counts: Readonly<Record<DatasetRow["split"], number>>;
  };
  /** The rows, with ranks as they will be but perhaps in other layers. */
  plan?: readonly PlanRow[];
  checkpoints?: readonly CheckpointKey[];
  scores?: readonly (CheckpointKey & { sample: string })[];
  circuits?: readonly CircuitKey[];
}

export interface EstimateContext {
  /** The experiment's folder, absolute; paths in the configuration are relative to it. */
  folder: string;
  /** Folder of the base model, whose weights need not be there. */
  model: string;
  /** Folder of the tokenizer: the model's or, if that has none yet, another one's. */
  tokenizer: string;
  /** The experiment's seed. */
  seed: number;
  /** Bytes that the stage may take. */
  memory: number;
  /** What the stages in each role are expected to write. */
  inputs: Readonly<Record<string, readonly Expected[]>>;
}

export interface StageEstimate {
  /** Absent if it takes next to nothing. */
  need?: Need;
  expected: Expected;
}

/** A table that a stage reads and that nobody can tell yet, such as that of an outside command. */
export class UnknownInput extends Error {
  /** @param table such as "dataset" */
  constructor(role: string, table: string) {
    super(`${table} of its input ${role} is not known yet`);
  }
}

/**
 * A table of every stage in a role; none if the role is empty.
 * @throws UnknownInput if one of them is not known
 */
export function expectedOf<Table extends keyof Expected>(
  { inputs }: Pick<EstimateContext, "inputs">,
  role: string,
  table: Table,
): NonNullable<Expected[Table]>[] {
  return (inputs[role] ?? []).map((expected) => {
    const known = expected[table];
    if (known === undefined) throw new UnknownInput(role, table);
    return known;
  });
}
