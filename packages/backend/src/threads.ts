/** How many threads compute. */

import { availableParallelism } from "node:os";
import { UserError } from "@ft/artifacts";

/** Below this number of parameters, starting a second thread costs more than it saves. */
const ONE_THREAD_PARAMETERS = 10_000_000;

/**
 * The threads asked for: the option, else FT_THREADS, else TensorFlow's own TF_NUM_INTRAOP_THREADS, else one for a model
 * of fewer than ten million parameters, else one per core.
 * Another number of threads rounds sums in another order: results repeat exactly only at a fixed number.
 * @throws UserError if it is not a whole number from 1
 */
export function resolveThreads(option?: number, modelParameters = Infinity): number {
  const { FT_THREADS, TF_NUM_INTRAOP_THREADS } = process.env;
  const fitting = modelParameters < ONE_THREAD_PARAMETERS ? 1 : availableParallelism();
  const value = option ?? (FT_THREADS || TF_NUM_INTRAOP_THREADS || fitting);
  const threads = Number(value);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new UserError("the number of threads must be a whole number from 1", {
    value,
    remedy: "Set FT_THREADS to a number, or leave it unset.",
  });
}
