/** Which examples each update trains on: drawn from the runs' seeds, or as a table has them. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type DatasetRow,
  datasetSchema,
  hashFile,
  manifestPath,
  type OrderRow,
  orderSchema,
  type Provenance,
  readManifest,
  readTable,
  type StageContext,
  scanUnsealed,
  tablePath,
  UserError,
} from "@ft/artifacts";
import type { TrainConfig } from "./config.ts";
import type { Examples } from "./examples.ts";
import { batches, type RunLength } from "./schedule.ts";

/**
 * The examples of every update in turn, as indices in the training split, for the runs with a seed.
 * @param from updates already made
 */
export type Order = (seed: number, from?: number) => Iterable<readonly number[]>;

/** The order that follows from the seeds, see {@link batches}. */
export function drawnOrder({ train }: Pick<Examples, "train">, batch: number, { updates }: RunLength): Order {
  return (seed, from = 0) => batches(train.length, { batch, updates, seed, from });
}

/** An order as a table: a row for every seed and update. */
export function* orderRows(
  order: Order,
  { numbers }: Pick<Examples, "numbers">,
  seeds: readonly number[],
): Generator<OrderRow> {
  for (const seed of seeds) {
    let step = 0;
    for (const batch of order(seed)) yield { seed, step: ++step, examples: batch.map((i) => numbers[i]!) };
  }
}

/** A table with an order, from another train stage or a file. */
export interface GivenOrder {
  file: string;
  /** SHA-256 of the table. */
  hash: string;
  rows: readonly OrderRow[];
}

/**
 * Reads the table of the input `order` or of the setting `order`; undefined if there is neither. A file without a manifest may be
 * another program's, and is checked against the table's contract alone.
 *
 * @throws UserError if both are given, or the table cannot be read or is about another dataset than the stage's
 */
export async function readOrder({
  config,
  inputs,
  folder,
  provenance,
}: Pick<StageContext<TrainConfig>, "config" | "inputs" | "folder" | "provenance">): Promise<
  GivenOrder | undefined
> {
  const [stage] = inputs.order ?? [];
  if (stage !== undefined && config.order !== undefined) {
    throw new UserError("the order of examples is given twice", {
      place: "order",
      value: config.order,
      remedy: "leave out the setting `order` or the input `order`",
    });
  }
  const path = stage ?? (config.order === undefined ? undefined : resolve(folder, config.order));
  if (path === undefined) return undefined;
  const file = tablePath(path, orderSchema);
  const isSealed = existsSync(manifestPath(file));
  if (isSealed) checkDataset(file, provenance);
  const rows = isSealed ? readTable(file, orderSchema) : [...(await scanUnsealed(file, orderSchema))];
  return { file, hash: hashFile(file), rows };
}

/** @throws UserError if the table's stage read another dataset than this one */
function checkDataset(file: string, { inputs }: Provenance): void {
  const datasets = (read: Provenance["inputs"]) =>
    Object.entries(read).flatMap(([name, hash]) =>
      name.startsWith("data/") && name.endsWith(`/${datasetSchema.file}`) ? [hash] : [],
    );
  const theirs = datasets(readManifest(file).inputs);
  if (theirs.length === 0 || datasets(inputs).every((hash) => theirs.includes(hash))) return;
  throw new UserError("the order of examples is for another dataset", {
    file,
    value: `dataset with sha-256 ${theirs.join(", ")}`,
    remedy: "train on the dataset that it was made for: examples are known by their numbers in it",
  });
}

/**
 * The order that a table has, for runs of a length.
 *
 * @param seeds of the runs, each of which needs its rows
 * @throws UserError if a seed has no rows or another number of updates than the runs make, or an update has more examples than
 * `batch` or one that is not trained on
 */
export function givenOrder(
  { file, rows }: GivenOrder,
  { numbers }: Pick<Examples, "numbers">,
  {
    batch,
    seeds,
    updates,
    dataset,
  }: { batch: number; seeds: readonly number[]; updates: number; dataset: string },
): Order {
  const known = [...new Set(rows.map(({ seed }) => seed))];
  const places = new Map(numbers.map((number, i) => [number, i]));
  const bySeed = new Map(
    seeds.map((seed) => {
      const own = rows.filter((row) => row.seed === seed);
      if (own.length === 0) {
        throw new UserError(`there is no order of examples for seed ${seed}`, {
          file,
          value: `seeds ${known.join(", ")}`,
          remedy: "train with the table's seeds (`seeds`, and `selectionSeeds` if rates are compared)",
        });
      }
      if (own.length !== updates) {
        const [more, remedy] =
          own.length > updates
            ? [
                "more",
                "set `epochs`, `batch` and `updateShare` as in the run that it is of, or cut the table",
              ]
            : [
                "fewer",
                "train for fewer `epochs` or a smaller `updateShare`, or give every update its examples",
              ];
        throw new UserError(`the order of examples has ${more} updates than the runs make`, {
          file,
          place: `seed ${seed}`,
          value: `${own.length}, not ${updates}`,
          remedy,
        });
      }
      const indices = own.map(({ step, examples }) => {
        const place = `seed ${seed}, step ${step}`;
        if (examples.length > batch) {
          throw new UserError("an update has more examples than `batch`", {
            file,
            place,
            value: `${examples.length}, batch ${batch}`,
            remedy: `set \`batch\` to ${examples.length}, and \`microBatch\` if memory is short`,
          });
        }
        return examples.map((example) => places.get(example) ?? refuse(example, { file, place, dataset }));
      });
      return [seed, indices];
    }),
  );
  return (seed, from = 0) => bySeed.get(seed)!.slice(from);
}

/**
 * Checks the table that an outside command wrote in place of a train stage: its examples must be of the training split. It may
 * be empty, if the order is not known.
 * @throws UserError naming the first update with another example
 */
export function admitOrder({ output, inputs }: Pick<StageContext<unknown>, "output" | "inputs">): void {
  const file = tablePath(output, orderSchema);
  for (const dataset of inputs.data ?? []) {
    const rows = readTable(dataset, datasetSchema).filter(({ split }) => split === "train");
    const trained = new Set(rows.map(({ example }) => example));
    for (const { seed, step, examples } of readTable(output, orderSchema)) {
      const other = examples.find((example) => !trained.has(example));
      if (other !== undefined) refuse(other, { file, place: `seed ${seed}, step ${step}`, dataset });
    }
  }
}

function refuse(
  example: number,
  { dataset, ...at }: { file: string; place: string; dataset: string },
): never {
  const row: DatasetRow | undefined = readTable(dataset, datasetSchema).find(
    (one) => one.example === example,
  );
  const where = row === undefined ? "not in the dataset" : `in split ${row.split}`;
  const isTrained = row?.split === "train";
  throw new UserError("the order has an example that is not trained on", {
    ...at,
    value: `example ${example}, ${isTrained ? "not in the share of the training split" : where}`,
    remedy: isTrained
      ? "raise `dataShare`, or give an order of the examples that it draws"
      : `name examples by their numbers in ${join(dataset, datasetSchema.file)}, of split train only`,
  });
}
