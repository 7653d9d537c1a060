import { expect, test } from "vitest";
import { runProgram } from "./run-program.js";

/** Ends at SIGTERM, and reports SIGINT. */
const PROGRAM = `
  process.on("SIGINT", () => console.log("interrupted"));
  setInterval(() => {}, 1000);
  console.log("ready");`;

/** How a program ends, and what it prints, while this process is told of SIGINT and then of SIGTERM. */
async function interrupted(options: object): Promise<unknown> {
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    if (line !== "ready") return;
    process.emit("SIGINT", "SIGINT");
    setTimeout(() => process.emit("SIGTERM", "SIGTERM"), 300);
  };
  const end = await runProgram(process.execPath, ["--eval", PROGRAM], { ...options, onLine });
  return { lines, ...end };
}

test.runIf(process.platform !== "win32").each([
  [{}, ["ready", "interrupted"]],
  [{ terminal: true }, ["ready"]],
])(
  "with %j a program receives this process's signals: Ctrl-C once, from the terminal or from this process",
  async (options, lines) => {
    const listening = process.listenerCount("SIGTERM");
    expect(await interrupted(options)).toEqual({ lines, code: null, signal: "SIGTERM" });
    expect(process.listenerCount("SIGTERM")).toBe(listening);
  },
);
