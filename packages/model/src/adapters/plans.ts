/** The adapters of plan.arrow: what each plan trains, and what its checkpoints hold. */
import { type PlanRow, planSchema, type RunKey, readTable, tablePath, UserError } from "@ft/artifacts";
import { checkModule, linearName, type ModelConfig } from "../families/index.ts";
import { type Adapter, type AdapterModule, adapterKind } from "./kinds/index.ts";

/** One draw of a plan. */
export interface Plan {
  /** Also the name of its training runs. */
  name: string;
  /** The draw, from 1; 0 if the plan has no draws. */
  draw: number;
  /** The file it was read from, for messages. */
  file: string;
  /** The seeds it was made for; undefined for every seed. */
  seeds: readonly number[] | undefined;
  /**
   * What is trained with a seed; undefined if the draw has no rows for it.
   * @throws UserError if its rows contradict each other
   */
  adapter(seed: number): Adapter | undefined;
}

/**
 * Reads all draws of all plans, in the order of the files.
 * @param folders of the role `plan`
 * @param config of the model the plans are for
 * @throws UserError see {@link readPlanRows}
 */
export function readPlans(folders: readonly string[], config: ModelConfig): Plan[] {
  return plansOfRows(readPlanRows(folders, config), config);
}

/** The plans that rows describe. @param config of the model they are for */
export function plansOfRows(rows: readonly ReadPlanRow[], config: ModelConfig): Plan[] {
  const plans = new Map<string, ReadPlanRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.plan, row.draw]);
    const rows = plans.get(key) ?? [];
    rows.push(row);
    plans.set(key, rows);
  }
  return [...plans.values()].map((rows) => {
    const { plan: name, draw, file } = rows[0]!;
    const seeds = new Set(rows.map(({ seed }) => seed));
    return {
      name,
      draw,
      file,
      seeds: seeds.has(null) ? undefined : ([...seeds] as number[]),
      adapter(seed) {
        const own = rows.filter((row) => row.seed === null || row.seed === seed);
        return own.length > 0 ? adapterOf(config, own) : undefined;
      },
    };
  });
}

/** What one training run trains. */
export interface PlannedRun extends RunKey {
  adapter: Adapter;
}

/**
 * All training runs of plans with some seeds: each draw with each seed that it has rows for.
 * @returns by plan, draw and seed
 * @throws UserError if a plan has nothing for a seed
 */
export function planRuns(plans: readonly Plan[], seeds: readonly number[]): PlannedRun[] {
  const runs = plans.flatMap((plan) =>
    seeds.flatMap((seed) => {
      const adapter = plan.adapter(seed);
      return adapter ? [{ plan: plan.name, draw: plan.draw, seed, adapter }] : [];
    }),
  );
  for (const { name, file } of plans) {
    const missing = seeds.find((seed) => !runs.some((run) => run.plan === name && run.seed === seed));
    if (missing === undefined) continue;
    const made = plans.filter((plan) => plan.name === name).flatMap((plan) => plan.seeds ?? []);
    throw new UserError(
      `plan ${name} has nothing for seed ${missing}; it was made for seeds ${[...new Set(made)].join(", ")}`,
      { file, remedy: "train with those seeds, or plan for this one" },
    );
  }
  return runs;
}

/** A plan's row with its file, for messages. */
export type ReadPlanRow = PlanRow & { file: string };

/**
 * Reads the rows of all plans, in the order of the files, and checks that each can be applied to the model.
 * @throws UserError if two files have a plan of the same name, or a row names a layer or module that the model does not
 * have
 */
export function readPlanRows(folders: readonly string[], config: ModelConfig): ReadPlanRow[] {
  const fileOf = new Map<string, string>();
  return folders.flatMap((folder) => {
    const file = tablePath(folder, planSchema);
    return readTable(folder, planSchema).map((row, i) => {
      checkPlanRow(row, config, { file, place: `row ${i}, plan ${row.plan}` });
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

/** @throws UserError if the row cannot be applied to the model */
export function checkPlanRow(row: PlanRow, config: ModelConfig, at: { file?: string; place: string }): void {
  moduleOf(row, at);
  checkModule(config, row.module, at);
  if (row.layer >= config.layers) {
    const remedy = `the model's layers are 0 to ${config.layers - 1}`;
    throw new UserError("a plan names a layer that the model does not have", {
      ...at,
      value: row.layer,
      remedy,
    });
  }
}

/**
 * The adapter that rows of a plan describe.
 *
 * @param rows of a single run, at least one
 * @throws UserError if they are of several kinds, have several settings, or do not fit their kind
 */
export function adapterOf(config: ModelConfig, rows: readonly (PlanRow & { file?: string })[]): Adapter {
  const [{ kind, plan, file }] = rows as [PlanRow & { file?: string }];
  const other = rows.find((row) => row.kind !== kind);
  if (other) {
    throw new UserError(`plan ${plan} has adapters of several kinds: ${kind} and ${other.kind}`, {
      ...(file !== undefined && { file }),
      remedy: "give each kind its own plan",
    });
  }
  const at = { ...(file !== undefined && { file }), place: `plan ${plan}` };
  if (rows.some(({ settings }) => settings !== rows[0]!.settings))
    throw new UserError("the rows of a plan have different settings", {
      ...at,
      remedy: "settings are an adapter's: give every row the same, or make two plans",
    });
  const modules = rows.map((row) => ({
    name: linearName(config, row.layer, row.module),
    ...moduleOf(row, at),
  }));
  const problem = adapterKind(kind, at).problem?.(modules);
  if (problem) throw new UserError(problem, at);
  return { kind, modules };
}

/** What a row gives for its module, with the kind's defaults. @throws UserError if it does not fit the kind */
function moduleOf(
  { kind, rank, alpha, settings }: PlanRow,
  at: { file?: string; place: string },
): Omit<AdapterModule, "name"> {
  const given = { rank, alpha, settings: JSON.parse(settings) as unknown };
  const { data, error } = adapterKind(kind, at).module.safeParse(given);
  if (data) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new UserError(`the row does not fit adapters of kind ${kind}: ${problems.join("; ")}`, at);
}
