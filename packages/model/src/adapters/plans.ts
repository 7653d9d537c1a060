/** The adapters of plan.arrow: what the training of each plan trains, and what its checkpoints hold. */
import { didYouMean, type PlanRow, planSchema, readTable, UserError } from "@ft/artifacts";
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
 * @throws UserError if two files have a plan of the same name, or a plan is for no module of the model
 */
export function readPlans(folders: readonly string[], config: ModelConfig): Plan[] {
  const plans = new Map<string, { folder: string; rows: PlanRow[] }>();
  for (const folder of folders) {
    for (const row of readTable(folder, planSchema)) {
      const known = plans.get(row.plan) ?? { folder, rows: [] };
      if (known.folder !== folder) {
        throw new UserError("two stages made plans of the same name", {
          file: folder,
          value: row.plan,
          remedy: "give every plan a name of its own",
        });
      }
      known.rows.push(row);
      plans.set(row.plan, known);
    }
  }
  return [...plans].map(([name, { folder, rows }]) => ({
    name,
    adapter: (seed) => adapterOf(name, folder, rows, seed, config),
  }));
}

function adapterOf(
  name: string,
  file: string,
  all: readonly PlanRow[],
  seed: number,
  config: ModelConfig,
): Adapter {
  const rows = all.filter((row) => row.seed === null || row.seed === seed);
  const [first] = rows;
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
    name: linearName(config, layer, linearKind(module, file)),
    rank,
    alpha,
  }));
  return { adapter: "lora", modules };
}

function linearKind(module: string, file: string): LinearKind {
  const kind = linearKinds.find((known) => known === module);
  if (kind) return kind;
  throw new UserError(
    `a plan names module \`${module}\`, which no layer has${didYouMean(module, linearKinds)}`,
    {
      file,
      remedy: `modules are ${linearKinds.join(", ")}`,
    },
  );
}
