import { type Options, SingleBar } from "cli-progress";
import colors from "picocolors";
import type { Progress } from "./progress.ts";
import { renderCount } from "./rate.ts";

const WIDTH = 24;

/** Progress as a bar on a terminal: label, bar, count, rate, remaining time. */
export function barProgress(
  stream: NodeJS.WriteStream,
  now: () => number = () => performance.now(),
): Progress {
  const { cyan, dim } = colors.createColors(process.env.NO_COLOR === undefined);
  let bar: SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    start(total, label, unit = "it") {
      stop();
      const began = now();
      const format: Options["format"] = (_options, { value, total, progress }) => {
        const filled = Math.round(Math.min(1, progress) * WIDTH);
        const drawn = cyan("━".repeat(filled)) + dim("━".repeat(WIDTH - filled));
        return `${label} ${drawn} ${renderCount({ done: value, total, unit, elapsed: now() - began })}`;
      };
      bar = new SingleBar({ stream, format, fps: 5, hideCursor: true, gracefulExit: true, linewrap: null });
      bar.start(total, 0);
    },
    advance: (n = 1) => bar?.increment(n),
    note(text) {
      if (bar) stream.write("\r\x1b[K");
      stream.write(`${text}\n`);
      bar?.render();
    },
    stop,
  };
}
