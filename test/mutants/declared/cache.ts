/** Results restored from the cache against their manifests, and one run at a time in a checkout. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "tools/nx";

export const cache: Area = {
  name: "cache",
  tests: [`${folder}/damaged-results`, `${folder}/run-lock`],
  mutants: [
    ...mutantsOf(
      `${folder}/check-manifest.mjs`,
      "damageOf",
      ["statSync(file).size !== content.bytes", "false"],
      ["hashFile(file) === content.sha256 ? undefined", "true ? undefined"],
    ),
    ...mutantsOf(`${folder}/check-manifest.mjs`, "filesWithManifest", [
      "recursive: true",
      "recursive: false",
    ]),
    ...mutantsOf(
      `${folder}/check-manifest.mjs`,
      "stampOf",
      ["stats.ctimeMs, ", ""],
      ["stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino", "stats.ino"],
    ),
    ...mutantsOf(
      `${folder}/damaged-results.mjs`,
      "dropDamagedResults",
      ["known?.[relative(folder, file)] !== stamp", "known === undefined"],
      ["!existsSync(join(cacheFolder, hash))", "false"],
      ["await drop(hash); say", "say"],
    ),
    ...mutantsOf(
      `${folder}/damaged-results.mjs`,
      "dropDamagedOutputs",
      ["damageOf(file) !== undefined", "false"],
      ["any = true", "any = false"],
    ),
    ...mutantsOf(
      `${folder}/run-lock.mjs`,
      "hasEnded",
      ["startOf(pid) !== began", "false"],
      ["host === hostname() &&", ""],
    ),
    ...mutantsOf(
      `${folder}/run-lock.mjs`,
      "releaseRunLock",
      ["owner?.pid !== pid ||", ""],
      ["|| owner.host !== hostname()", ""],
    ),
    ...mutantsOf(
      `${folder}/run-lock.mjs`,
      "takeRunLock",
      ["if (process.env[HELD] === file) return;", ""],
      ["Date.now() - start > most", "false"],
    ),
  ],
};
