/** One job on one model: all contenders prepare, compute the result once, then are timed in turns. */
import { type Bench, type Contender, type ContenderName, commandOf, contenders } from "./contenders.ts";
import type { Job, JobName, Size } from "./jobs.ts";
import type { Prepared } from "./protocol.ts";
import type { ShapeName } from "./shapes.ts";
import { WorkerError, WorkerProcess } from "./worker-process.ts";

/** Numbers over repetitions. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** A contender's measurements, and their ratios to ours. */
export interface Result {
  job: JobName;
  shape: ShapeName;
  threads: number;
  contender: ContenderName;
  /** Process CPU milliseconds per unit of the job. */
  cpu: Spread;
  /** Wall-clock milliseconds per unit. */
  wall: Spread;
  /** Median CPU and wall-clock time divided by ours. */
  ratio: { cpu: number; wall: number };
  /** Resident memory before the first repetition, and the peak of the process. */
  readyBytes: number;
  peakBytes: number;
  /** The result's largest difference from ours, relative to the largest value. */
  error: number;
  versions: Record<string, string>;
}

export interface Comparison {
  /** Empty if ours failed. */
  results: Result[];
  /** Messages: the contenders that could not do the job, with their errors. */
  failures: string[];
}

interface Entrant {
  name: ContenderName;
  worker: WorkerProcess;
  prepared?: Prepared;
  /** The job's result on the reference's examples. */
  values: readonly number[];
  runs: { examples: number; cpu: number; wall: number; peakBytes: number }[];
}

/** @param folder of the shape's workload */
export async function compare(
  bench: Bench,
  [name, job]: readonly [JobName, Job],
  [shape, size]: readonly [ShapeName, Size],
  folder: string,
): Promise<Comparison> {
  const failures: string[] = [];
  const entrants = job.contenders
    .filter((contender) => contenders[contender].program !== "python" || bench.python !== undefined)
    .map((contender) => enter(bench, contender));
  let able = entrants;
  /** Sends a request to all in turn; a contender that fails is dropped. */
  const each = async (body: (entrant: Entrant) => Promise<void>): Promise<void> => {
    for (const entrant of able) {
      try {
        await body(entrant);
      } catch (error) {
        if (!(error instanceof WorkerError)) throw error;
        able = able.filter((other) => other !== entrant);
        failures.push(`${contenders[entrant.name].title} at ${shape}: ${error.message}`);
      }
    }
  };
  try {
    await each(async (entrant) => {
      const { variant } = contenders[entrant.name];
      const { threads } = bench;
      entrant.prepared = await entrant.worker.ask({
        do: "prepare",
        job: name,
        variant,
        folder,
        batch: job.batch,
        threads,
      });
      const { values } = await entrant.worker.ask({ do: "run", examples: size.reference, values: true });
      entrant.values = values!;
    });
    for (let turn = 0; turn < size.turns; turn++)
      await each(async ({ name: contender, worker, runs }) => {
        const examples = examplesOf(contenders[contender], size);
        runs.push({ examples, ...(await worker.ask({ do: "run", examples, values: false })) });
      });
  } finally {
    for (const { worker } of entrants) worker.stop();
  }
  return { results: relate(able, job, { job: name, shape, threads: bench.threads }), failures };
}

function enter(bench: Bench, name: ContenderName): Entrant {
  const contender: Contender = contenders[name];
  const env = { FT_THREADS: String(bench.threads), ...contender.env };
  return {
    name,
    worker: new WorkerProcess(commandOf(contender, bench), bench.root, env),
    values: [],
    runs: [],
  };
}

/** Examples per repetition. Without sharing all batches cost the same, so a few are enough. */
function examplesOf({ program, variant }: Contender, { examples, reference }: Size): number {
  if (program === "python") return reference;
  return variant === "shared" ? examples : Math.min(examples, 4 * reference);
}

function relate(
  entrants: readonly Entrant[],
  { perUnit }: Job,
  what: Pick<Result, "job" | "shape" | "threads">,
): Result[] {
  const ours = entrants.find(({ name }) => name === "ours");
  if (ours === undefined) return [];
  const time = ({ runs }: Entrant, clock: "cpu" | "wall") =>
    spread(runs.map((run) => (1000 * run[clock] * perUnit) / run.examples));
  const ratio = (entrant: Entrant, clock: "cpu" | "wall") =>
    time(entrant, clock).median / time(ours, clock).median;
  return entrants.map((entrant) => ({
    ...what,
    contender: entrant.name,
    cpu: time(entrant, "cpu"),
    wall: time(entrant, "wall"),
    ratio: { cpu: ratio(entrant, "cpu"), wall: ratio(entrant, "wall") },
    ...entrant.prepared!,
    peakBytes: entrant.runs.at(-1)!.peakBytes,
    error: relativeError(entrant.values, ours.values),
  }));
}

/** Median, smallest and largest of at least one number. */
export function spread(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, low: sorted[0]!, high: sorted.at(-1)! };
}

/** The largest difference between two results over the largest absolute value of the expected one. */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  actual.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(value - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  });
  return difference === 0 ? 0 : difference / largest;
}
