/** `npm run bench`: this project against plain PyTorch, transformers and itself. */
import { mkdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { reportFailure, repositoryRoot, UserError, writeFileAtomic } from "@ft/artifacts";
import { Command, Option } from "commander";
import { wholeNumber } from "../cli/arguments.ts";
import { type Bench, type Comparison, compare } from "./compare.ts";
import { findPython } from "./find-python.ts";
import { type Job, jobs, quick } from "./jobs.ts";
import { describeMachine } from "./machine.ts";
import { pinning } from "./pin.ts";
import { prepareWorkload } from "./prepare-workload.ts";
import { profile, renderProfile } from "./profile.ts";
import { type JobName, jobNames } from "./protocol.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderTable } from "./render-table.ts";
import { collectVersions, combineReports, type Report } from "./report.ts";
import { type ShapeName, shapeNames } from "./shapes.ts";
import { WORKLOADS } from "./workload.ts";

interface Options {
  quick?: boolean;
  shapes?: ShapeName[];
  jobs?: JobName[];
  threads: number;
  json: string;
  docs?: boolean;
  profile?: boolean;
  from?: string[];
}

/** Without --shapes; 410m needs 16 GiB. */
const DEFAULT_SHAPES: readonly ShapeName[] = ["nano", "70m", "160m"];
const QUICK_SHAPES: readonly ShapeName[] = ["nano", "70m"];
const QUICK_JOBS: readonly JobName[] = ["eap-ig", "evaluate", "lora-step"];
const DOCUMENT = "docs/benchmarks.md";
const RESULTS = join(WORKLOADS, "results.json");

const program = new Command("npm run bench --")
  .description("Measures attribution, evaluation and training against plain PyTorch and transformers.")
  .option("--quick", "fewer shapes, jobs and repetitions: a few minutes")
  .addOption(new Option("--shapes <names...>", "model shapes").choices(shapeNames))
  .addOption(new Option("--jobs <names...>", "jobs").choices(jobNames))
  .option("--threads <n>", "threads and cores of every side", wholeNumber, 1)
  .option("--json <file>", "where the results are written", RESULTS)
  .option("--docs", `also write ${DOCUMENT}`)
  .option("--from <files...>", `measure nothing: write ${DOCUMENT} from results written earlier`)
  .option("--profile", "instead of comparing, show where our time goes, operation by operation")
  .action(main);

async function main(options: Options): Promise<void> {
  const root = repositoryRoot(dirname(fileURLToPath(import.meta.url)));
  if (options.from)
    return write(root, DOCUMENT, renderMarkdown(combineReports(options.from.map(readReport))));
  const chosen = (options.jobs ?? (options.quick ? QUICK_JOBS : jobNames)).map((name) =>
    options.quick ? quick(jobs[name]) : jobs[name],
  );
  const among = options.shapes ?? (options.quick ? QUICK_SHAPES : DEFAULT_SHAPES);
  const { threads } = options;
  const bench: Bench = { root, python: undefined, threads, pinning: await pinning(threads) };
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
  const { root, threads } = bench;
  const machine = describeMachine();
  const all: Comparison = { results: [], failures: [] };
  for (const job of chosen) {
    const comparison: Comparison = { results: [], failures: [] };
    for (const shape of sizedShapes(job, among)) {
      const { results, failures } = await compare(bench, job, shape, await prepareWorkload(root, shape));
      comparison.results.push(...results);
      comparison.failures.push(...failures);
    }
    console.log(`\n${renderTable(job, comparison)}`);
    all.results.push(...comparison.results);
    all.failures.push(...comparison.failures);
    const report: Report = {
      date: new Date().toISOString().slice(0, 10),
      machine,
      threads,
      pinned: bench.pinning.length > 0,
      loadAfter: Math.round(10 * loadavg()[0]!) / 10,
      versions: collectVersions(all.results),
      ...all,
    };
    // After every job, so that an interruption loses little.
    write(root, options.json, `${JSON.stringify(report, null, 2)}\n`);
    if (options.docs) write(root, DOCUMENT, renderMarkdown(report));
  }
  console.log(`\nWritten: ${[options.json, ...(options.docs ? [DOCUMENT] : [])].join(", ")}`);
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

function write(root: string, file: string, text: string): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, text);
}

function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch (error) {
    throw new UserError("the results cannot be read", { file, remedy: (error as Error).message });
  }
}

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
