/** Rows of imported files that are not in a dataset, as its manifest counts them. */
import { z } from "zod";
import { formatInteger } from "../text/format-number.ts";
import type { Manifest } from "./manifest.ts";

const leftOutSchema = z.strictObject({
  reason: z.string(),
  /** How many rows were left out for this reason. */
  rows: z.int().min(1),
  /** The first places where it was found, and what was there: "pairs.csv, line 3: \"zebra\"". */
  first: z.array(z.string()),
});

/** Rows left out for one reason. */
export type LeftOut = z.infer<typeof leftOutSchema>;

/** The part of a dataset's provenance that counts rows left out; without such rows there is none. */
export function leftOutConfig(leftOut: readonly LeftOut[]): Record<string, LeftOut[]> {
  return leftOut.length === 0 ? {} : { leftOut: [...leftOut] };
}

/** The rows left out of a dataset, the most common reason first; none if its manifest counts none. */
export function leftOutOf({ config }: Pick<Manifest, "config">): LeftOut[] {
  const { data } = z.object({ leftOut: z.array(leftOutSchema) }).safeParse(config);
  return data?.leftOut ?? [];
}

/** "12 of 120 imported rows were left out". @param kept rows of the dataset */
export function countLeftOut(leftOut: readonly LeftOut[], kept: number): string {
  const total = leftOut.reduce((sum, { rows }) => sum + rows, 0);
  return `${formatInteger(total)} of ${formatInteger(kept + total)} imported rows were left out`;
}

/** The same, and why: "...: the answer is not one token (9, first pairs.csv, line 3: "17 4"); ..." */
export function describeLeftOut(leftOut: readonly LeftOut[], kept: number): string {
  const reasons = leftOut.map(({ reason, rows, first: [place] }) => {
    return `${reason} (${formatInteger(rows)}${place === undefined ? "" : `, first ${place}`})`;
  });
  return `${countLeftOut(leftOut, kept)}: ${reasons.join("; ")}`;
}
