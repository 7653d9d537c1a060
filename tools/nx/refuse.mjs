// @ts-check
/**
 * Fails with what is wrong with an experiment.json. It is the only target of an experiment that no graph can be made of,
 * so that one bad file fails by name while every other experiment runs.
 *
 * Usage: FT_RUN_REFUSED=FILE node tools/nx/refuse.mjs, with the file's path URI-encoded
 */
import { basename, dirname } from "node:path";
import { describeProblems, parseExperiment } from "./experiment.mjs";

const file = decodeURIComponent(process.env.FT_RUN_REFUSED ?? "");
const { problems = [] } = parseExperiment(basename(dirname(file)), file);
console.error(describeProblems(problems, file));
process.exitCode = 1;
