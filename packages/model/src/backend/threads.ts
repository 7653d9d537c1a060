/** How many threads compute. */

import { availableParallelism } from "node:os";
import { UserError } from "@ft/artifacts";

/**
 * The threads asked for: the option, else FT_THREADS, else TensorFlow's own TF_NUM_INTRAOP_THREADS, else one a core.
 * Sums over threads are rounded in another order: results repeat exactly only at a fixed count.
 * @throws UserError if it is not a whole number from 1
 */
export function resolveThreads(option?: number): number {
  const { FT_THREADS, TF_NUM_INTRAOP_THREADS } = process.env;
  const value = option ?? (FT_THREADS || TF_NUM_INTRAOP_THREADS || availableParallelism());
  const threads = Number(value);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new UserError("the number of threads must be a whole number from 1", {
    value,
    remedy: "Set FT_THREADS to a number, or leave it unset to use every core.",
  });
}
