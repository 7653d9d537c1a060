import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEnd } from "./run-child.mjs";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ft-run-stage-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a stage whose program is this script; `onReady` gets the parent's id when the program has printed "ready". */
function runStage(
  script: string,
  onReady = (_pid: number) => {},
): Promise<{ code: number | null; text: string }> {
  const program = join(folder, "program.mjs");
  writeFileSync(program, script);
  const env = {
    ...process.env,
    FT_RUN_EXPERIMENT: "experiments/tiny/experiment.json",
    FT_RUN_STAGE: "probe",
    FT_RUN_PROGRAM: program,
  };
  const child = spawn(process.execPath, [resolve(import.meta.dirname, "run-stage.mjs")], { env });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      text += chunk;
      if (String(chunk).includes("ready")) onReady(child.pid!);
    });
  return new Promise((done) => child.on("close", (code) => done({ code, text })));
}

describe.runIf(process.platform !== "win32")("the parent of a stage", () => {
  it("passes on arguments, output and exit code", async () => {
    const { code, text } = await runStage(
      "console.log(process.argv.slice(2).join(' ')); process.exitCode = 1",
    );
    expect(text).toBe("--experiment experiments/tiny/experiment.json --stage probe\n");
    expect(code).toBe(1);
    expect(await runStage("")).toEqual({ code: 0, text: "" });
  });

  it("says in one line that the system killed the stage, and what to do", async () => {
    const { code, text } = await runStage("process.kill(process.pid, 'SIGKILL')");
    expect(text).toMatch(
      /^error stage probe of tiny was killed, most probably because memory ran out: .*\n$/,
    );
    expect(code).toBe(1);
  });

  it("does the same for one that was aborted, as by std::bad_alloc", async () => {
    const { code, text } = await runStage("process.kill(process.pid, 'SIGABRT')");
    expect(text).toMatch(/^error stage probe of tiny was aborted, .*memory.*\n$/);
    expect(code).toBe(1);
  });

  it("passes a signal on to the stage, and waits until the stage has ended", async () => {
    const script = `
      process.on("SIGTERM", () => { console.log("cleared up"); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log("ready");`;
    const { code, text } = await runStage(script, (pid) => process.kill(pid, "SIGTERM"));
    expect(text).toBe("ready\ncleared up\n");
    expect(code).toBe(0);
  });

  it("ends as interrupted if the stage was", async () => {
    const script = "setInterval(() => {}, 1000); console.log('ready')";
    const { code, text } = await runStage(script, (pid) => process.kill(pid, "SIGTERM"));
    expect(text).toBe("ready\nerror stage probe of tiny was interrupted (SIGTERM)\n");
    expect(code).toBe(143);
  });
});

describe("describeEnd", () => {
  it.each(["SIGKILL", "SIGABRT", "SIGTRAP", "SIGSEGV", "SIGBUS", "SIGILL"] as const)(
    "knows what to do after %s",
    (signal) => {
      expect(describeEnd("stage a", signal, undefined)).toMatch(
        new RegExp(`^stage a .*: .*\\(${signal}\\)$`),
      );
    },
  );

  it.each(["SIGABRT", "SIGTRAP", "SIGSEGV", "SIGBUS", "SIGILL"] as const)(
    "names a limit of memory as the cause of %s",
    (signal) => {
      expect(describeEnd("ft", signal, 1_024_000_000)).toMatch(
        /^ft ended for lack of memory, .*\(ulimit -v 1000000\): raise .*\(SIG\w+\)$/,
      );
    },
  );
});
