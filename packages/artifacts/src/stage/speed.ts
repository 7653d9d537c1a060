/** How long work takes on this machine. */
import type { WorkKind } from "./estimate.ts";

/** Seconds, of one thing or per unit. */
export interface Seconds {
  wall: number;
  /** Of all threads together. */
  cpu: number;
}

/** Seconds per floating-point operation, by the kinds of work that were measured. */
export type Speeds<Kind extends WorkKind = WorkKind> = Record<Kind, Seconds>;

/** How often something is timed after a first time that does not count: at least, and until this many seconds are over. */
const REPETITIONS = 1;
const LONG_ENOUGH = 0.2;

/** The shortest of several times: other programs only ever make one longer. */
export function timeOf(run: () => void): Seconds {
  run();
  const best: Seconds = { wall: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY };
  const began = performance.now();
  for (let i = 0; i < REPETITIONS || performance.now() - began < 1000 * LONG_ENOUGH; i++) {
    const { wall, cpu } = timeOnce(run);
    best.wall = Math.min(best.wall, wall);
    best.cpu = Math.min(best.cpu, cpu);
  }
  return best;
}

export function timeOnce(run: () => void): Seconds {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  run();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

export function perUnit({ wall, cpu }: Seconds, units: number): Seconds {
  return { wall: wall / units, cpu: cpu / units };
}
