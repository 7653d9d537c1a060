/** The adapters of plan.arrow: what the training of each plan trains, and what its checkpoints hold. */
import { type PlanRow, parseConfig, planSchema, readTable, tablePath, UserError } from "@ft/artifacts";
import { checkModule, linearName, type ModelConfig } from "../families/index.ts";
import { type Adapter, adapterKind } from "./kinds/index.ts";

export interface Plan {
  /** The runs trained by it bear its name. */
  name: string;
  /**
   * What is trained under a seed.
   * @throws UserError if the plan has nothing for the seed
   */
  adapter(seed: number): Adapter;
}

/**
 * Reads all plans, in the order of the files.
 * @param folders of the role `plan`
 * @param config of the model the plans are for
 * @throws UserError see {@link readPlanRows}
 */
export function readPlans(folders: readonly string[], config: ModelConfig): Plan[] {
  const plans = new Map<string, ReadPlanRow[]>();
  for (const row of readPlanRows(folders, config)) {
    const rows = plans.get(row.plan) ?? [];
    rows.push(row);
    plans.set(row.plan, rows);
  }
  return [...plans].map(([name, rows]) => ({
    name,
    adapter: (seed) => adapterOf(config, rowsOfSeed(name, rows, seed)),
  }));
}

/** A plan's row with the file it is from, for messages. */
export type ReadPlanRow = PlanRow & { file: string };

/**
 * Reads the rows of all plans, in the order of the files, and checks that each can be carried out on the model.
 * @throws UserError if two files have a plan of the same name, or a row names a layer or module that the model does not
 * have
 */
export function readPlanRows(folders: readonly string[], config: ModelConfig): ReadPlanRow[] {
  const fileOf = new Map<string, string>();
  return folders.flatMap((folder) => {
    const file = tablePath(folder, planSchema);
    return readTable(folder, planSchema).map((row, i) => {
      checkRow(row, config, { file, place: `row ${i}, plan ${row.plan}` });
      if ((fileOf.get(row.plan) ?? file) !== file) {
        throw new UserError("two stages made plans of the same name", {
          file,
          value: row.plan,
          remedy: "give every plan a different name",
        });
      }
      fileOf.set(row.plan, file);
      return { ...row, file };
    });
  });
}

/** @throws UserError if the row cannot be carried out on the model */
function checkRow(row: PlanRow, config: ModelConfig, at: { file: string; place: string }): void {
  const { layer, module, rank, alpha } = row;
  parseConfig(adapterKind(row.adapter, at).module, { rank, alpha, settings: {} }, at);
  checkModule(config, module, at);
  if (layer >= config.layers) {
    const remedy = `the model's layers are 0 to ${config.layers - 1}`;
    throw new UserError("a plan names a layer that the model does not have", { ...at, value: layer, remedy });
  }
}

function rowsOfSeed(name: string, all: readonly ReadPlanRow[], seed: number): ReadPlanRow[] {
  const rows = all.filter((row) => row.seed === null || row.seed === seed);
  if (rows.length > 0) return rows;
  const seeds = [...new Set(all.map((row) => row.seed))];
  throw new UserError(
    `plan ${name} has nothing for seed ${seed}; it was made for seeds ${seeds.join(", ")}`,
    { file: all[0]!.file, remedy: "train with those seeds, or plan for this one" },
  );
}

/**
 * The adapter that rows of a plan describe.
 *
 * @param rows of one plan and one seed, at least one
 * @throws UserError if they are of several kinds
 */
export function adapterOf(config: ModelConfig, rows: readonly (PlanRow & { file?: string })[]): Adapter {
  const [{ adapter: kind, plan, file }] = rows as [PlanRow & { file?: string }];
  const other = rows.find(({ adapter }) => adapter !== kind);
  if (other) {
    throw new UserError(`plan ${plan} has adapters of several kinds: ${kind} and ${other.adapter}`, {
      ...(file !== undefined && { file }),
      remedy: "make them plans of their own",
    });
  }
  const modules = rows.map(({ layer, module, rank, alpha }) => ({
    name: linearName(config, layer, module),
    rank,
    alpha,
    settings: {},
  }));
  return { kind, modules };
}
