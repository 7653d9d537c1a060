import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const RUN = JSON.stringify(new URL("run-program.js", import.meta.url).href);

/** What a process reports that runs a program and receives SIGINT, then SIGTERM. */
function interrupted(options: object): unknown {
  const program = `
    process.on("SIGINT", () => console.log("interrupted"));
    setInterval(() => {}, 1000);
    console.log("ready");`;
  const script = `
    import { runProgram } from ${RUN};
    const lines = [];
    const onLine = (line) => {
      lines.push(line);
      if (line !== "ready") return;
      process.kill(process.pid, "SIGINT");
      setTimeout(() => process.kill(process.pid, "SIGTERM"), 300);
    };
    const options = { ...${JSON.stringify(options)}, onLine };
    const end = await runProgram(process.execPath, ["--eval", ${JSON.stringify(program)}], options);
    console.log(JSON.stringify({ lines, ...end }));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }),
  );
}

test.runIf(process.platform !== "win32").each([
  [{}, ["ready", "interrupted"]],
  [{ terminal: true }, ["ready"]],
])(
  "with %j a program receives this process's signals: Ctrl-C once, from the terminal or from this process",
  (options, lines) => {
    expect(interrupted(options)).toEqual({ lines, code: null, signal: "SIGTERM" });
  },
);
