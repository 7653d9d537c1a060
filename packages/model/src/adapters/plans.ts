/** The adapters of plan.arrow: what the training of each plan trains, and what its checkpoints hold. */
import {
  didYouMean,
  type PlanRow,
  planSchema,
  type RunKey,
  readTable,
  tablePath,
  UserError,
} from "@ft/artifacts";
import { type LinearKind, linearKinds, linearName } from "../weights/families.ts";
import type { ModelConfig } from "../weights/model-config.ts";
import type { Adapter } from "./trainable.ts";

/** One draw of a plan. */
export interface Plan {
  /** The runs trained by it have its name. */
  name: string;
  /** Which draw, from 1; 0 if nothing of the plan is drawn. */
  draw: number;
  /** Where it was read, for messages. */
  file: string;
  /** The seeds it was made for; undefined for every seed. */
  seeds: readonly number[] | undefined;
  /**
   * What is trained under a seed; undefined if the draw has nothing for it.
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
  const plans = new Map<string, ReadPlanRow[]>();
  for (const row of readPlanRows(folders, config)) {
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
      adapter: (seed) => adapterOf(name, rows, seed, config),
    };
  });
}

/** What one training run trains. */
export interface PlannedRun extends RunKey {
  adapter: Adapter;
}

/**
 * Every run that some seeds make of plans: each draw with each seed that it has rows for.
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

const KINDS = ["lora", "full"];

/** @throws UserError if an adapter's row cannot be carried out on the model */
function checkRow(
  { kind, layer, module, rank }: PlanRow,
  { layers }: ModelConfig,
  at: { file: string; place: string },
): void {
  if (kind === "full") return;
  if (kind !== "lora") {
    throw new UserError(`a plan names an unknown kind of adapter, \`${kind}\`${didYouMean(kind, KINDS)}`, {
      ...at,
      remedy: `kinds are ${KINDS.join(", ")}`,
    });
  }
  if (rank < 1) throw new UserError("an adapter's rank is at least 1", { ...at, value: rank });
  if (!linearKinds.some((known) => known === module)) {
    throw new UserError(
      `a plan names module \`${module}\`, which no layer has${didYouMean(module, linearKinds)}`,
      { ...at, remedy: `modules are ${linearKinds.join(", ")}` },
    );
  }
  if (layer >= layers) {
    const remedy = `the model's layers are 0 to ${layers - 1}`;
    throw new UserError("a plan names a layer that the model does not have", { ...at, value: layer, remedy });
  }
}

function adapterOf(
  name: string,
  all: readonly ReadPlanRow[],
  seed: number,
  config: ModelConfig,
): Adapter | undefined {
  const rows = all.filter((row) => row.seed === null || row.seed === seed);
  const [first] = rows;
  if (first === undefined) return undefined;
  const kinds = new Set(rows.map(({ kind }) => kind));
  if (kinds.size > 1) {
    throw new UserError(`plan ${name} trains both adapters and every weight`, {
      file: first.file,
      remedy: "make it two plans",
    });
  }
  if (first.kind === "full") return { adapter: "full" };
  const modules = rows.map(({ layer, module, rank, alpha }) => ({
    name: linearName(config, layer, module as LinearKind),
    rank,
    alpha,
  }));
  return { adapter: "lora", modules };
}
