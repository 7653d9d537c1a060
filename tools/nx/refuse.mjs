// @ts-check
/**
 * Fails with what is wrong with an experiment.json. It is the only target of an experiment that no graph can be made of,
 * so that one bad file fails by name while every other experiment runs.
 *
 * Usage: FT_RUN_REFUSED=FILE node tools/nx/refuse.mjs, with the file's path URI-encoded
 */
import { basename, dirname } from "node:path";
import { parseExperiment } from "./experiment.mjs";

const file = decodeURIComponent(process.env.FT_RUN_REFUSED ?? "");
try {
  parseExperiment(basename(dirname(file)), file);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
