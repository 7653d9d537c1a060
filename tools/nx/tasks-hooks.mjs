// @ts-check
/** Hooks before and after Nx runs tasks. */
import { join } from "node:path";
import { UserError } from "@ft/bytes";
import { dropDamagedOutputs, dropDamagedResults } from "./damaged-results.mjs";
import { releaseRunLock, takeRunLock } from "./run-lock.mjs";
import { writeRunRecord } from "./run-record.mjs";

/** @import { PostTasksExecution, PreTasksExecution } from "nx/src/devkit-exports" */

/** Whether this is a process that Nx has started only for the plugin. */
const isWorker = /** @type {{ NX_PLUGIN_WORKER?: boolean }} */ (globalThis).NX_PLUGIN_WORKER === true;
const nxProcess = isWorker ? process.ppid : process.pid;
/** Nx gives a worker ten minutes. In milliseconds. */
const LONGEST_WAIT = isWorker ? 9 * 60_000 : undefined;

/** @type {PreTasksExecution} */
export async function preTasksExecution(_options, { workspaceRoot, argv }) {
  const run = { pid: nxProcess, command: argv.slice(2).join(" ") };
  await takeRunLock(workspaceRoot, LONGEST_WAIT === undefined ? run : { ...run, most: LONGEST_WAIT });
  await checkCache(workspaceRoot);
}

/** @type {PostTasksExecution} */
export async function postTasksExecution(_options, { workspaceRoot, taskResults }) {
  try {
    const results = Object.values(taskResults);
    writeRunRecord(
      workspaceRoot,
      results.map(({ task, status }) => ({ ...task.target, status })),
    );
    const failed = results.some(({ status }) => status === "failure");
    // Remote results were not checked before, nor were files that decayed without being written to.
    const suspects = results.filter(
      ({ status }) => status === "remote-cache" || (failed && status.startsWith("local-cache")),
    );
    const tasks = suspects.map(({ task }) => task);
    if ((await dropDamagedOutputs(workspaceRoot, tasks, drop)) && !failed)
      throw new UserError("the cache held a damaged result", {
        remedy: "run it again: the result is then rebuilt",
      });
    await checkCache(workspaceRoot);
  } finally {
    releaseRunLock(workspaceRoot, nxProcess);
  }
}

/**
 * Before tasks run, so none gets a damaged result; and after, so new results are recorded.
 *
 * @param {string} root of the workspace
 */
async function checkCache(root) {
  // biome-ignore lint/style/noRestrictedImports: Nx names its own parts by their place in its sources
  const { cacheDir } = await import("nx/src/utils/cache-directory.js");
  await dropDamagedResults(cacheDir, join(root, ".nx", "verified.json"), drop);
}

/** @type {import("./damaged-results.mjs").Drop} */
async function drop(hash) {
  // biome-ignore lint/style/noRestrictedImports: Nx names its own parts by their place in its sources
  const { getCache } = await import("nx/src/tasks-runner/cache.js");
  const cache = /** @type {any} */ (getCache(/** @type {any} */ ({ skipRemoteCache: true })));
  try {
    await cache.put({ id: hash, hash }, "", [], 1);
  } catch (error) {
    // Nx has forgotten the task and its result.
    if (!/FOREIGN KEY/.test(String(error))) throw error;
  }
}
