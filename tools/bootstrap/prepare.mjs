// @ts-check
/** Prepares a checkout: packages, build, backend. */

import { build } from "./build.mjs";
import { install } from "./install.mjs";

const OLDEST_NODE = 20;

/**
 * Installs what is missing, compiles what changed and sets up the native backend if possible; prints which backend
 * there is.
 *
 * @returns {Promise<boolean>} whether everything is ready; problems are printed
 */
export async function prepare() {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    console.error(`Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}.`);
    return false;
  }
  if (!(await install()) || !(await build())) return false;
  const { prepareBackend } = await import("../dist/native/prepare-backend.js");
  return attempt(async () => console.log(await prepareBackend()));
}

/**
 * Runs `job`; a failure is printed to standard error.
 *
 * @param {() => unknown} job
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function attempt(job) {
  const { reportFailure } = await import("@ft/artifacts");
  try {
    await job();
    return true;
  } catch (error) {
    reportFailure(error);
    return false;
  }
}
