import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withLock } from "./lock.ts";

describe("withLock", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ft-lock-"));
    file = join(folder, "made/on/demand.lock");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("runs one body at a time and notifies the others that they wait", async () => {
    let running = 0;
    let most = 0;
    let waits = 0;
    const body = async () => {
      most = Math.max(most, ++running);
      await sleep(20);
      running--;
    };
    await Promise.all([0, 1, 2].map(() => withLock(file, body, () => waits++)));
    expect(most).toBe(1);
    expect(waits).toBe(2);
  });

  test("is released after a failure", async () => {
    await expect(withLock(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(file)).toBe(false);
  });

  test("takes over at once from a killed process of this machine", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await withLock(file, async () =>
      writeFileSync(join(folder, "made/on/stale.lock"), `${hostname()} ${pid}`),
    );
    const start = Date.now();
    await withLock(join(folder, "made/on/stale.lock"), async () => {});
    expect(Date.now() - start).toBeLessThan(1_000);
  });

  test.each([
    ["another machine", "elsewhere 1"],
    ["a process whose number is another's by now", `${hostname()} ${process.pid}`],
  ])("takes over a lock of %s only if it was not renewed for half a minute", async (_, owner) => {
    const other = join(folder, "other.lock");
    writeFileSync(other, owner);
    const aborted = withLock(
      other,
      async () => {},
      () => {},
      AbortSignal.timeout(300),
    );
    await expect(aborted).rejects.toThrow(/aborted/);
    const longAgo = new Date(Date.now() - 31_000);
    utimesSync(other, longAgo, longAgo);
    await withLock(other, async () => expect(existsSync(other)).toBe(true));
  });
});
