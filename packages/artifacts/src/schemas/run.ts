import { type Column, int32, utf8 } from "./schema.ts";

/** The columns that tell one training run from another. */
export const runColumns: { run: Column<string>; seed: Column<number> } = {
  run: utf8({ meaning: "the name of the plan that was trained" }),
  seed: int32({ meaning: "the seed of the run" }),
};

/** A fraction of a whole, 0 to 1. */
export const fraction = (meaning: string) => ({ unit: "fraction", meaning, minimum: 0, maximum: 1 });

/** A count of things. */
export const count = (unit: string, meaning: string) => ({ unit, meaning, minimum: 0 });
