/** The adapters of plan.arrow: what the training of each plan trains, and what its checkpoints hold. */
import { didYouMean, type PlanRow, planSchema, readTable, tablePath, UserError } from "@ft/artifacts";
import { type LinearKind, linearKinds, linearName } from "../weights/families.ts";
import type { ModelConfig } from "../weights/model-config.ts";
import type { Adapter } from "./trainable.ts";

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
    adapter: (seed) => adapterOf(name, rows, seed, config),
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

/** @throws UserError if an adapter's row cannot be carried out on the model */
function checkRow(
  { adapter, layer, module }: PlanRow,
  { layers }: ModelConfig,
  at: { file: string; place: string },
): void {
  if (adapter === "full") return;
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

function adapterOf(name: string, all: readonly ReadPlanRow[], seed: number, config: ModelConfig): Adapter {
  const rows = all.filter((row) => row.seed === null || row.seed === seed);
  const [first] = rows;
  const { file } = all[0]!;
  if (first === undefined) {
    const seeds = [...new Set(all.map((row) => row.seed))];
    throw new UserError(
      `plan ${name} has nothing for seed ${seed}; it was made for seeds ${seeds.join(", ")}`,
      {
        file,
        remedy: "train with those seeds, or plan for this one",
      },
    );
  }
  const kinds = new Set(rows.map(({ adapter }) => adapter));
  if (kinds.size > 1) {
    throw new UserError(`plan ${name} trains both adapters and every weight`, {
      file,
      remedy: "make it two plans",
    });
  }
  if (first.adapter === "full") return { adapter: "full" };
  const modules = rows.map(({ layer, module, rank, alpha }) => ({
    name: linearName(config, layer, module as LinearKind),
    rank,
    alpha,
  }));
  return { adapter: "lora", modules };
}
