import { formatInteger } from "../text/format-number.ts";

/** How far a count is. */
export interface Count {
  done: number;
  total: number;
  unit: string;
  /** Milliseconds since it began. */
  elapsed: number;
}

/** "120/400 steps, 38 steps/s, 7 s left", or, when all is done, "400/400 steps, 38 steps/s, in 10 s". */
export function renderCount({ done, total, unit, elapsed }: Count): string {
  const counted = `${formatInteger(done)}/${formatInteger(total)} ${unit}`;
  if (done === 0 || elapsed <= 0) return counted;
  const perSecond = (done / elapsed) * 1000;
  const rate =
    perSecond >= 1 ? `${significant(perSecond)} ${unit}/s` : `${significant(1 / perSecond)} s each`;
  const time =
    done < total ? `${duration(((total - done) / perSecond) * 1000)} left` : `in ${duration(elapsed)}`;
  return `${counted}, ${rate}, ${time}`;
}

/** A duration in its two largest units: "45 s", "3 min 20 s", "2 h 5 min". */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function significant(value: number): string {
  return value >= 100 ? formatInteger(value) : String(Number(value.toPrecision(2)));
}
