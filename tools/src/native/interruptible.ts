import { constants } from "node:os";
import { UserError } from "@ft/artifacts";

/**
 * Runs a long job that Ctrl-C or SIGTERM ends in order: they abort the signal given to it, so that it can remove what
 * it left unfinished. The process's exit code is then that of the interruption.
 */
export async function interruptible<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals) => {
    process.exitCode = 128 + constants.signals[name];
    controller.abort(new UserError("interrupted; nothing half-made was left behind"));
  };
  process.on("SIGINT", abort).on("SIGTERM", abort);
  try {
    return await job(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}
