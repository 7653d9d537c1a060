/** `npm run bench`: this project against plain PyTorch, transformers and itself. */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { reportFailure, repositoryRoot } from "@ft/artifacts";
import { Command, Option } from "commander";
import { coreCount } from "../cli/arguments.ts";
import { DEFAULT_EXPERIMENT } from "../start/start.ts";
import type { Bench } from "./bench.ts";
import { combineReports } from "./combine-reports.ts";
import { type Comparison, compare } from "./compare.ts";
import { growthSection } from "./document/growth-section.ts";
import { pipelineSection } from "./document/pipeline-section.ts";
import { DOCUMENT, writeDocument } from "./document/write-document.ts";
import { findPython } from "./find-python.ts";
import { measureGrowth } from "./growth/measure-growth.ts";
import { type Job, jobs, quick } from "./jobs.ts";
import { pinning } from "./pin.ts";
import { measurePipeline } from "./pipeline/measure-pipeline.ts";
import { prepareWorkload } from "./prepare-workload.ts";
import { profile } from "./profile.ts";
import { type JobName, jobNames } from "./protocol.ts";
import { renderProfile } from "./render-profile.ts";
import { renderTable } from "./render-table.ts";
import { closeReport, emptyReport, type Report, readReport, writeReport } from "./report.ts";
import { type ShapeName, shapeNames } from "./shapes.ts";
import { WORKLOADS } from "./workload.ts";

interface Options {
  quick?: boolean;
  shapes?: ShapeName[];
  jobs?: JobName[];
  threads: number;
  json?: string;
  docs?: boolean;
  document: string;
  profile?: boolean;
  pipeline?: string | true;
  growth?: boolean;
  from?: string[];
}

/** Without --shapes; 410m needs 16 GiB. */
const DEFAULT_SHAPES: readonly ShapeName[] = ["nano", "70m", "160m"];
const QUICK_SHAPES: readonly ShapeName[] = ["nano", "70m"];
const QUICK_JOBS: readonly JobName[] = ["eap-ig", "evaluate", "lora-step"];
const RESULTS = join(WORKLOADS, "results.json");
const GROWTH_RESULTS = join(WORKLOADS, "growth.json");
const PIPELINE_RESULTS = join(WORKLOADS, "pipeline.json");

const program = new Command("npm run bench --")
  .description("Measures attribution, evaluation and training against plain PyTorch and transformers.")
  .option("--quick", "fewer shapes, jobs and repetitions: a few minutes")
  .addOption(new Option("--shapes <names...>", "model shapes").choices(shapeNames))
  .addOption(new Option("--jobs <names...>", "jobs").choices(jobNames))
  .option("--threads <n>", "threads and cores of every side", coreCount, 1)
  .option("--json <file>", `where the results are written (default: ${RESULTS})`)
  .option("--docs", "also write the document")
  .option("--from <files...>", "measure nothing: write the document from results written earlier")
  .option("--document <file>", "where --docs and --from write, from the repository's root", DOCUMENT)
  .option("--profile", "instead of comparing, show where our time goes, operation by operation")
  .option(
    "--pipeline [experiment]",
    `instead of comparing, measure a whole experiment from prompts to report (default: ${DEFAULT_EXPERIMENT})`,
  )
  .option("--growth", "instead of comparing, measure how our cost grows with the size of what is computed")
  .action(main);

async function main(options: Options): Promise<void> {
  const root = repositoryRoot(dirname(fileURLToPath(import.meta.url)));
  if (options.from)
    return writeDocument(root, options.document, combineReports(options.from.map(readReport)));
  const chosen = (options.jobs ?? (options.quick ? QUICK_JOBS : jobNames)).map((name) =>
    options.quick ? quick(jobs[name]) : jobs[name],
  );
  const among = options.shapes ?? (options.quick ? QUICK_SHAPES : DEFAULT_SHAPES);
  const { threads } = options;
  const bench: Bench = { root, python: undefined, threads, pinning: await pinning(threads) };
  if (options.pipeline) {
    const experiment = options.pipeline === true ? DEFAULT_EXPERIMENT : options.pipeline;
    const report = { ...emptyReport(bench), pipeline: await measurePipeline(root, experiment) };
    console.log(`\n${pipelineSection(report.pipeline)}`);
    return save(root, report, { json: PIPELINE_RESULTS, ...options });
  }
  if (options.growth) {
    const report = { ...emptyReport(bench), growth: await measureGrowth(bench) };
    console.log(`\n${growthSection(report.growth)}`);
    return save(root, report, { json: GROWTH_RESULTS, ...options });
  }
  if (options.profile) return profileAll(bench, chosen, among);
  const found = await findPython();
  if ("missing" in found) console.log(found.missing);
  else bench.python = found.python;
  await compareAll(bench, chosen, among, options);
}

async function compareAll(
  bench: Bench,
  chosen: readonly Job[],
  among: readonly ShapeName[],
  options: Options,
): Promise<void> {
  const report = emptyReport(bench);
  for (const job of chosen) {
    const comparison: Comparison = { results: [], failures: [] };
    for (const shape of sizedShapes(job, among)) {
      const folder = await prepareWorkload(bench.root, shape);
      const { results, failures } = await compare(bench, job, shape, folder);
      comparison.results.push(...results);
      comparison.failures.push(...failures);
      if (!options.quick && results.length > 0)
        report.profiles.push(await profile(bench, job, shape, folder));
    }
    console.log(`\n${renderTable(job, comparison)}`);
    report.results.push(...comparison.results);
    report.failures.push(...comparison.failures);
    // After every job, so that an interruption loses little.
    save(bench.root, report, options);
  }
}

async function profileAll(bench: Bench, chosen: readonly Job[], among: readonly ShapeName[]): Promise<void> {
  for (const job of chosen) {
    console.log(`\n${job.title}`);
    for (const shape of sizedShapes(job, among)) {
      const folder = await prepareWorkload(bench.root, shape);
      console.log(`\n${renderProfile(await profile(bench, job, shape, folder))}`);
    }
  }
}

function sizedShapes({ sizes }: Job, among: readonly ShapeName[]): ShapeName[] {
  return among.filter((shape) => sizes[shape]);
}

/** Writes the results, and the document of these alone where it is asked for. */
function save(root: string, report: Report, { json = RESULTS, docs, document }: Options): void {
  const closed = closeReport(report);
  writeReport(resolve(root, json), closed);
  console.log(`\nWritten: ${json}`);
  if (docs) writeDocument(root, document, [closed]);
}

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
