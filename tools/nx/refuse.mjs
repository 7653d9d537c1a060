// @ts-check
/**
 * Fails with what is wrong with an experiment.json. It is the only target of an experiment that no graph can be made of,
 * so that one bad file fails by name while every other experiment runs.
 *
 * Usage: node tools/nx/refuse.mjs FILE
 */
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { parseExperiment } from "./experiment.mjs";

const file = process.argv[2] ?? "";
const { problems = [] } = parseExperiment(basename(dirname(file)), readFileSync(file, "utf8"));
console.error(`No task graph can be made of this experiment\nfile: ${file}`);
for (const problem of problems) console.error(`place: ${problem}`);
process.exitCode = 1;
