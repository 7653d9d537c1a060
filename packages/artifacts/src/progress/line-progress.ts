import type { Progress } from "./progress.ts";
import { renderCount } from "./rate.ts";

const BETWEEN_LINES = 5000;

/**
 * Progress as plain lines: one when a count begins, one when it ends, and between them one every five seconds at most.
 *
 * @param now the time in milliseconds
 */
export function lineProgress(
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): Progress {
  let current: { label: string; unit: string; total: number; done: number; began: number } | undefined;
  let shown = { at: 0, done: 0 };
  const show = () => {
    if (!current) return;
    shown = { at: now(), done: current.done };
    write(`${current.label}: ${renderCount({ ...current, elapsed: shown.at - current.began })}`);
  };
  const stop = () => {
    if (current && current.done > shown.done) show();
    current = undefined;
  };
  return {
    start(total, label, unit = "it") {
      stop();
      current = { label, unit, total, done: 0, began: now() };
      show();
    },
    advance(n = 1) {
      if (!current) return;
      current.done += n;
      if (now() - shown.at >= BETWEEN_LINES) show();
    },
    note: write,
    stop,
  };
}
