// @ts-check
/**
 * Fails with what is wrong with an experiment.json. It is the only target of an experiment that no graph can be made of,
 * so that one bad file fails by name while every other experiment runs.
 *
 * Usage: FT_RUN_REFUSED=FILE node tools/nx/refuse.mjs, with the file's path URI-encoded
 */
import { Experiments } from "@ft/experiment";
import { problemOf } from "./experiment-projects.mjs";

const file = decodeURIComponent(process.env.FT_RUN_REFUSED ?? "");
console.error(problemOf(() => new Experiments().read(file)) ?? `${file} was mended: run it again`);
process.exitCode = 1;
