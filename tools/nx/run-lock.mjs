// @ts-check
/**
 * One `nx run` at a time in a checkout: two would compile and restore over each other. Others wait. The lock names the Nx
 * process; once that has ended, the lock is void.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, UserError } from "@ft/bytes";

/**
 * @typedef {object} Owner
 * @property {number} pid of the Nx process
 * @property {string} host
 * @property {string | null} began when the process began, by the system's own clock, since ids are reused; null if unknown
 * @property {string} command for people
 */

/** Set for the tasks of a run, so that Nx called by one of them does not wait for itself. */
const HELD = "FT_RUN_LOCK";
const POLL = 200;

/** @param {string} root of the workspace */
const lockFile = (root) => join(root, ".nx", "run.lock");

/**
 * Takes the lock of a workspace, waiting while another process holds it.
 *
 * @param {string} root of the workspace
 * @param {{ pid: number, command: string, most?: number }} run the Nx process; `most`: longest wait in milliseconds.
 *   @default no limit
 * @param {(line: string) => void} [say] called once if there is something to wait for. @default standard error
 * @throws {UserError} after the longest wait
 */
export async function takeRunLock(
  root,
  { pid, command, most = Number.POSITIVE_INFINITY },
  say = console.error,
) {
  const file = lockFile(root);
  if (process.env[HELD] === file) return;
  const text = JSON.stringify({ pid, host: hostname(), began: startOf(pid), command });
  mkdirSync(dirname(file), { recursive: true });
  const start = Date.now();
  let announced = false;
  while (!(await take(file, text))) {
    const owner = readOwner(file);
    if (owner === undefined || hasEnded(owner)) {
      rmSync(file, { force: true });
      continue;
    }
    const who = `\`nx ${owner.command}\` (process ${owner.pid} on ${owner.host})`;
    if (Date.now() - start > most) {
      const remedy = `run this again when it has ended, or end it: kill ${owner.pid}`;
      throw new UserError(`${who} is still running in this checkout`, { file, remedy });
    }
    if (!announced)
      say(
        `Waiting for ${who}, which is running in this checkout. Ctrl-C stops the wait; kill ${owner.pid} ends that run.`,
      );
    announced = true;
    await sleep(POLL);
  }
  process.env[HELD] = file;
}

/**
 * Releases the lock, if this process holds it.
 *
 * @param {string} root of the workspace
 * @param {number} pid of the Nx process
 */
export function releaseRunLock(root, pid) {
  const file = lockFile(root);
  const owner = readOwner(file);
  if (owner?.pid !== pid || owner.host !== hostname()) return;
  rmSync(file, { force: true });
  delete process.env[HELD];
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {Promise<boolean>} whether the lock is now ours
 */
async function take(file, text) {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
  // Of two processes that found the same void lock, the second may have removed the first one's new lock.
  await sleep(20);
  return readText(file) === text;
}

/**
 * @param {string} file
 * @returns {Owner | undefined} undefined if the lock is gone, or damaged
 */
function readOwner(file) {
  try {
    const owner = JSON.parse(readText(file) ?? "");
    return Number.isInteger(owner?.pid) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * @param {Owner} owner
 * @returns {boolean} whether the process has certainly ended; unknown, so false, on another machine
 */
function hasEnded({ pid, host, began }) {
  return host === hostname() && (!isAlive(pid) || startOf(pid) !== began);
}

/**
 * @param {number} pid
 * @returns {string | null} when the process began, in Linux's own count; null for one that has ended, and elsewhere
 */
function startOf(pid) {
  // After the program's name in parentheses come the state, Z for one that has ended, and the rest; see proc(5).
  const fields = readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields === undefined || fields[0] === "Z" ? null : (fields[19] ?? null);
}
