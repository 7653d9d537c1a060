/** What a measurement was made on. */
import { cpus, loadavg, totalmem } from "node:os";

export interface Machine {
  processor: string;
  cores: number;
  /** GiB, rounded. */
  memory: number;
  platform: string;
  /** Processes waiting for a core, averaged over the last minute, as the measurement began. */
  load: number;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    // All of them, however few this process may use.
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    load: Math.round(10 * loadavg()[0]!) / 10,
  };
}
