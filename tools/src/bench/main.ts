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
  .option("--quick", "the smallest shape, fewer examples and repetitions: about a minute")
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

async function main({
  quick = false,
  shapes,
  jobs: names,
  threads = [1],
  docs = false,
}: Options): Promise<void> {
  const root = repositoryRoot(dirname(fileURLToPath(import.meta.url)));
  const found = await findPython();
  const python = "missing" in found ? undefined : found.python;
  if ("missing" in found) console.log(found.missing);
  const begun = load();
  const results: Result[] = [];
  let pinned = true;
  for (const count of threads) {
    const bench: Bench = { root, python, threads: count, pinning: await pinning(count) };
    pinned &&= bench.pinning.length > 0;
    for (const name of names) {
      const job = jobs[name];
      const failures: string[] = [];
      const own: Result[] = [];
      for (const shape of shapes ?? (quick ? QUICK_SHAPES : DEFAULT_SHAPES)) {
        const size = quick ? quickSize(job, job.sizes[shape]) : job.sizes[shape];
        const compared = await compare(
          bench,
          [name, job],
          [shape, size],
          await prepareWorkload(bench, shape),
        );
        own.push(...compared.results);
        failures.push(...compared.failures);
      }
      console.log(["", `${job.title}, threads: ${count}`, jobTable(name, own), ...failures].join("\n"));
      results.push(...own);
    }
  }
  if (!docs || results.length === 0) return;
  const date = new Date().toISOString().slice(0, 10);
  const measured = { date, machine: describeMachine(), pinned, load: [begun, load()] as const, results };
  writeFileAtomic(join(root, DOCUMENT), renderDocument(measured));
  console.log(`\nWritten: ${DOCUMENT}`);
}

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
