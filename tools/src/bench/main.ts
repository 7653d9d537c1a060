/** `npm run bench`: this project against plain PyTorch, transformers and itself. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { reportFailure, repositoryRoot, writeFileAtomic } from "@ft/artifacts";
import { Command, Option } from "commander";
import { coreCount } from "../cli/arguments.ts";
import { compare, type Result } from "./compare.ts";
import { type Bench, findPython } from "./contenders.ts";
import { jobTable, renderDocument } from "./document.ts";
import { type JobName, jobNames, jobs, quickSize } from "./jobs.ts";
import { describeMachine, load, pinning } from "./machine.ts";
import { type ShapeName, shapeNames } from "./shapes.ts";
import { prepareWorkload } from "./workload.ts";

interface Options {
  quick?: boolean;
  shapes?: ShapeName[];
  jobs: JobName[];
  threads: number[];
  docs?: boolean;
}

/** Without --shapes; 410m needs 16 GiB. */
const DEFAULT_SHAPES: readonly ShapeName[] = ["nano", "70m", "160m"];
const QUICK_SHAPES: readonly ShapeName[] = ["nano"];
const DOCUMENT = "docs/benchmarks.md";

const program = new Command("npm run bench --")
  .description("Measures attribution, evaluation and training against plain PyTorch and transformers.")
  .addOption(
    new Option("--quick", "the smallest shape, fewer examples and repetitions: a minute or two").conflicts(
      "docs",
    ),
  )
  .addOption(
    new Option("--shapes <names...>", `model shapes (default: ${DEFAULT_SHAPES.join(", ")})`).choices(
      shapeNames,
    ),
  )
  .addOption(new Option("--jobs <names...>", "jobs").choices(jobNames).default([...jobNames], "all"))
  .addOption(
    new Option(
      "--threads <n...>",
      "threads and cores of every side; several are measured one after the other",
    )
      .argParser((text, before: number[] | undefined) => [...(before ?? []), coreCount(text)])
      .default(undefined, "1"),
  )
  .option("--docs", `write ${DOCUMENT}`)
  .action(main);

async function main({ quick = false, threads = [1], docs = false, ...options }: Options): Promise<void> {
  const root = repositoryRoot(dirname(fileURLToPath(import.meta.url)));
  const found = await findPython();
  if ("missing" in found) console.log(found.missing);
  const python = "missing" in found ? undefined : found.python;
  const shapes = options.shapes ?? (quick ? QUICK_SHAPES : DEFAULT_SHAPES);
  const machine = describeMachine();
  const date = new Date().toISOString().slice(0, 10);
  const begun = load();
  const results: Result[] = [];
  let pinned = true;
  for (const count of threads) {
    const bench: Bench = { root, python, threads: count, pinning: await pinning(count) };
    pinned &&= bench.pinning.length > 0;
    for (const name of options.jobs) {
      results.push(...(await measure(bench, name, shapes, quick)));
      if (!docs || results.length === 0) continue;
      // Written after every job, so an interruption loses little.
      const page = renderDocument({ date, machine, pinned, load: [begun, load()], results });
      writeFileAtomic(join(root, DOCUMENT), page);
    }
  }
  if (docs) console.log(`\nWritten: ${DOCUMENT}`);
}

/** One job on some models; prints its table and the contenders that failed. */
async function measure(
  bench: Bench,
  name: JobName,
  shapes: readonly ShapeName[],
  quick: boolean,
): Promise<Result[]> {
  const job = jobs[name];
  const results: Result[] = [];
  const failures: string[] = [];
  for (const shape of shapes) {
    const size = quick ? quickSize(job, job.sizes[shape]) : job.sizes[shape];
    const folder = await prepareWorkload(bench, shape);
    const compared = await compare(bench, [name, job], [shape, size], folder);
    results.push(...compared.results);
    failures.push(...compared.failures);
  }
  const title = `${job.title}, ${bench.threads === 1 ? "1 thread" : `${bench.threads} threads`}`;
  console.log(["", title, jobTable(name, results), ...failures].join("\n"));
  return results;
}

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
