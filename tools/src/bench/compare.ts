/** One job at one shape: everybody gets ready, does it once for the result, then all take turns. */
import { type Contender, type ContenderName, commandOf, contenders } from "./contenders.ts";
import type { Job, Size } from "./jobs.ts";
import type { ShapeName } from "./shapes.ts";
import { relativeError, type Spread, spread } from "./statistics.ts";
import { WorkerError, WorkerProcess } from "./worker-process.ts";

/** Where and how workers run. */
export interface Bench {
  /** The repository's. */
  root: string;
  python: string | undefined;
  /** What goes before a command line. */
  pinning: readonly string[];
  threads: number;
}

/** A contender's line: what a unit of the job took it. */
export interface Result {
  job: Job["name"];
  shape: ShapeName;
  contender: ContenderName;
  /** Examples a run. */
  examples: number;
  /** Process CPU milliseconds a unit. */
  cpu: Spread;
  /** Wall-clock milliseconds a unit. */
  wall: Spread;
  /** Median CPU time over that of the first contender. */
  ratio: number;
  peakBytes: number;
  /** The result's largest difference from the first contender's, relative to the largest value. */
  error: number;
  versions: Record<string, string>;
}

/** A contender that could not do the job. */
export interface Failure {
  job: Job["name"];
  shape: ShapeName;
  contender: ContenderName;
  problem: string;
}

export interface Comparison {
  results: Result[];
  failures: Failure[];
}

interface Entrant {
  name: ContenderName;
  worker: WorkerProcess;
  examples: number;
  versions: Record<string, string>;
  values: number[];
  cpu: number[];
  wall: number[];
}

/** @param folder of the shape's workload */
export async function compare(bench: Bench, job: Job, shape: ShapeName, folder: string): Promise<Comparison> {
  const size = job.sizes[shape]!;
  const failures: Failure[] = [];
  const entrants: Entrant[] = [];
  const units = (examples: number) => examples / job.perUnit;
  /** Whether a worker did what it was asked to; if not, that is the result. */
  const attempt = async (name: ContenderName, body: () => Promise<unknown>): Promise<boolean> => {
    try {
      await body();
      return true;
    } catch (error) {
      if (!(error instanceof WorkerError)) throw error;
      failures.push({ job: job.name, shape, contender: name, problem: error.message });
      return false;
    }
  };
  try {
    for (const name of job.contenders) {
      if (contenders[name].program === "python" && bench.python === undefined) continue;
      await attempt(name, async () => entrants.push(await enter(bench, job, name, folder, size)));
    }
    for (let turn = 0; turn < size.turns; turn++) {
      for (const entrant of [...entrants]) {
        const { name, worker, examples } = entrant;
        const { turns = size.turns }: Contender = contenders[name];
        if (turn >= turns) continue;
        const done = await attempt(name, async () => {
          const { cpu, wall } = await worker.ask({ do: "run", examples, values: false });
          entrant.cpu.push((1000 * cpu) / units(examples));
          entrant.wall.push((1000 * wall) / units(examples));
        });
        if (done) continue;
        worker.stop();
        entrants.splice(entrants.indexOf(entrant), 1);
      }
    }
    const results: Result[] = [];
    const base = entrants[0];
    for (const { name, worker, examples, versions, values, cpu, wall } of entrants) {
      results.push({
        job: job.name,
        shape,
        contender: name,
        examples,
        cpu: spread(cpu),
        wall: spread(wall),
        ratio: spread(cpu).median / spread(base!.cpu).median,
        ...(await worker.ask({ do: "end" })),
        error: relativeError(values, base!.values),
        versions,
      });
    }
    return { results, failures };
  } finally {
    for (const { worker } of entrants) worker.stop();
  }
}

/** Starts a worker, gets it ready and has it do the job once on the reference's examples. */
async function enter(
  bench: Bench,
  job: Job,
  name: ContenderName,
  folder: string,
  size: Size,
): Promise<Entrant> {
  const contender: Contender = contenders[name];
  const { root, pinning, threads } = bench;
  const command = [...pinning, ...commandOf(contender, root, bench.python)];
  const worker = new WorkerProcess(command, root, { FT_THREADS: String(threads), ...contender.env });
  try {
    const { variant, program } = contender;
    const { versions } = await worker.ask({
      do: "prepare",
      job: job.name,
      variant,
      folder,
      batch: job.batch,
      threads,
    });
    const { values } = await worker.ask({ do: "run", examples: size.reference, values: true });
    const examples = examplesOf(name, program, size);
    return { name, worker, examples, versions, values: values!, cpu: [], wall: [] };
  } catch (error) {
    worker.stop();
    throw error;
  }
}

/** Python is given a few batches, as all batches cost it the same; what compares us with ourselves, a few more. */
function examplesOf(
  name: ContenderName,
  program: Contender["program"],
  { examples, reference }: Size,
): number {
  if (program === "python") return reference;
  return name === "ours" ? examples : Math.min(examples, 4 * reference);
}
