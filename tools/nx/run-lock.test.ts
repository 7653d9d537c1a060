import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { releaseRunLock, takeRunLock } from "./run-lock.mjs";

let root: string;
let other: ReturnType<typeof spawn>;
const said: string[] = [];
const say = (line: string) => said.push(line);
const file = () => join(root, ".nx/run.lock");
const mine = { pid: process.pid, command: "run a:b" };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ft-lock-"));
  said.length = 0;
  delete process.env.FT_RUN_LOCK;
  other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
});
afterEach(() => {
  other.kill("SIGKILL");
  delete process.env.FT_RUN_LOCK;
  rmSync(root, { recursive: true });
});

/** Takes the lock in the name of the other process, as that would itself. */
async function takenByOther(): Promise<void> {
  await takeRunLock(root, { pid: other.pid!, command: "run x:y" }, say);
  delete process.env.FT_RUN_LOCK;
}

const ended = () => new Promise((resolve) => other.once("exit", resolve));

describe("the lock of a checkout", () => {
  it("is taken at once if nobody holds it, and leaves no file when released", async () => {
    await takeRunLock(root, mine, say);
    expect(JSON.parse(readFileSync(file(), "utf8"))).toMatchObject({ pid: process.pid, host: hostname() });
    releaseRunLock(root, process.pid);
    expect(existsSync(file())).toBe(false);
    expect(said).toEqual([]);
  });

  it("is waited for, with a line that names its owner, and taken once that process has ended", async () => {
    await takenByOther();
    let taken = false;
    const waiting = takeRunLock(root, mine, say).then(() => (taken = true));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(taken).toBe(false);
    expect(said).toEqual([expect.stringMatching(`nx run x:y.*process ${other.pid} .*kill ${other.pid}`)]);
    const gone = ended();
    other.kill("SIGKILL");
    await gone;
    await waiting;
    expect(JSON.parse(readFileSync(file(), "utf8")).pid).toBe(process.pid);
  });

  it("is not waited for longer than allowed", async () => {
    await takenByOther();
    const waiting = takeRunLock(root, { ...mine, most: 100 }, say);
    await expect(waiting).rejects.toThrow(/nx run x:y.* is still running in this checkout/);
    expect(existsSync(file())).toBe(true);
  });

  it("is neither void nor released here if a process of another machine holds it", async () => {
    mkdirSync(join(root, ".nx"));
    writeFileSync(file(), JSON.stringify({ ...mine, host: "elsewhere", began: "1" }));
    await expect(takeRunLock(root, { ...mine, most: 100 }, say)).rejects.toThrow("on elsewhere");
    releaseRunLock(root, process.pid);
    expect(existsSync(file())).toBe(true);
  });

  it.each([
    ["is cut short", () => '{"pid": 1'],
    ["is empty", () => ""],
    [
      "names a process id that is used again",
      () => JSON.stringify({ ...mine, host: hostname(), began: "1" }),
    ],
  ])("is void if it %s", async (_, text) => {
    mkdirSync(join(root, ".nx"));
    writeFileSync(file(), text());
    await takeRunLock(root, mine, say);
    expect(said).toEqual([]);
  });

  it("lets the tasks of a run call Nx themselves", async () => {
    await takeRunLock(root, mine, say);
    await takeRunLock(root, { ...mine, most: 0 }, say);
    expect(said).toEqual([]);
  });

  it("is released only by its owner", async () => {
    await takenByOther();
    releaseRunLock(root, process.pid);
    expect(existsSync(file())).toBe(true);
  });
});
