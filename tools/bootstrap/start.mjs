// @ts-check
/** `npm start [-- EXPERIMENT]`: installs, builds and runs an experiment. */

import { attempt, prepare } from "./prepare.mjs";

const ready = await prepare();
const done =
  ready &&
  (await attempt(async () => {
    const { start } = await import("../dist/start/start.js");
    await start(process.argv[2]);
  }));
if (!done) process.exitCode ??= 1;
