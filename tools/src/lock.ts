/** A lock for set-ups and downloads, between the processes of one or several machines that share a cache folder. */

import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "@ft/artifacts";

/** A lock's owner renews it this often; one not renewed for {@link ABANDONED} is no longer held. In milliseconds. */
const RENEW = 2_000;
const ABANDONED = 30_000;
const POLL = 200;

/**
 * Runs `body` while holding the lock `file`, and waits for it first if another process holds it. A lock whose owner was
 * killed is taken over: at once on the same machine, after half a minute from another, or if another process has its number
 * by now. If two processes take over the same lock, both run: the guarded work must then be safe, only wasteful.
 *
 * @param onWait called once, if there is something to wait for
 * @param signal ends the wait
 */
export async function withLock<T>(
  file: string,
  body: () => Promise<T>,
  onWait: () => void = () => {},
  signal?: AbortSignal,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const owner = `${hostname()} ${process.pid}`;
  for (let waited = false; !take(file, owner); waited = true) {
    if (isAbandoned(file)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!waited) onWait();
    await sleep(POLL, undefined, { signal });
  }
  const renewal = setInterval(() => renew(file), RENEW).unref();
  try {
    return await body();
  } finally {
    clearInterval(renewal);
    rmSync(file, { force: true });
  }
}

function take(file: string, owner: string): boolean {
  try {
    writeFileSync(file, owner, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function renew(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Taken over or removed by hand: the next owner has its own file.
  }
}

function isAbandoned(file: string): boolean {
  try {
    const [host, pid] = readFileSync(file, "utf8").split(" ");
    if (host === hostname() && pid && !isAlive(Number(pid))) return true;
    return Date.now() - statSync(file).mtimeMs > ABANDONED;
  } catch {
    return false; // released in this moment
  }
}
