// @ts-check
/**
 * Fails with the mistakes in an experiment.json. It is the only target of an experiment without a valid graph, so an
 * invalid file fails by name while other experiments run.
 *
 * Usage: FT_RUN_REFUSED=FILE node tools/nx/refuse.mjs, with the file's path URI-encoded
 */
import { Experiments } from "@ft/experiment";
import { problemOf } from "./experiment-projects.mjs";

const file = decodeURIComponent(process.env.FT_RUN_REFUSED ?? "");
console.error(problemOf(() => new Experiments().read(file)) ?? `${file} was repaired: run it again`);
process.exitCode = 1;
