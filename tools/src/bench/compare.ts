/** One job at one shape: everybody gets ready, does it once for the result, then all take turns. */
import type { Bench } from "./bench.ts";
import { type Contender, type ContenderName, contenders } from "./contenders.ts";
import { Entrant, type Measurement } from "./entrant.ts";
import type { Job, Size } from "./jobs.ts";
import type { ShapeName } from "./shapes.ts";
import { relativeError } from "./statistics.ts";
import { WorkerError } from "./worker-process.ts";

/** A contender's line: what a unit of the job took it, and how it compares with ours. */
export interface Result extends Omit<Measurement, "values"> {
  job: Job["name"];
  shape: ShapeName;
  /** Median CPU and wall-clock time over those of ours. */
  ratio: { cpu: number; wall: number };
  /** The result's largest difference from ours, relative to the largest value. */
  error: number;
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

/** @param folder of the shape's workload */
export async function compare(bench: Bench, job: Job, shape: ShapeName, folder: string): Promise<Comparison> {
  const size = job.sizes[shape]!;
  const failures: Failure[] = [];
  const measurements: Measurement[] = [];
  const fail = (contender: ContenderName, problem: string) =>
    failures.push({ job: job.name, shape, contender, problem });
  for (const names of groups(bench, job, size)) {
    const entrants = new Set(names.map((name) => new Entrant(bench, job, size, name)));
    /** Asks all for something in turn; who cannot do it is out. */
    const each = async (body: (entrant: Entrant) => Promise<unknown>): Promise<void> => {
      for (const entrant of entrants) {
        try {
          await body(entrant);
        } catch (error) {
          if (!(error instanceof WorkerError)) throw error;
          entrants.delete(entrant);
          entrant.stop();
          fail(entrant.name, error.message);
        }
      }
    };
    try {
      await each((entrant) => entrant.prepare(folder, bench.threads));
      for (let turn = 0; turn < size.turns; turn++)
        await each(async (entrant) => turn < entrant.turns && entrant.run());
      await each(async (entrant) => measurements.push(await entrant.end()));
    } finally {
      for (const entrant of entrants) entrant.stop();
    }
  }
  return { results: relate(job, shape, measurements), failures };
}

/**
 * Who is there at the same time. Those that take turns are, ours among them; those with a single run come one by one, so
 * that memory holds no more models than it must.
 */
function groups({ python }: Bench, job: Job, size: Size): ContenderName[][] {
  const able = (size.contenders ?? job.contenders).filter(
    (name) => contenders[name].program !== "python" || python !== undefined,
  );
  const once = (name: ContenderName) => size.turns === 1 || (contenders[name] as Contender).turns === 1;
  const together = able.filter((name) => !once(name));
  return [together, ...able.filter(once).map((name) => [name])].filter(({ length }) => length > 0);
}

/** Every measurement beside ours; none without ours. */
function relate(job: Job, shape: ShapeName, measurements: readonly Measurement[]): Result[] {
  const ours = measurements.find(({ contender }) => contender === "ours");
  if (ours === undefined) return [];
  return measurements.map(({ values, ...measurement }) => ({
    job: job.name,
    shape,
    ...measurement,
    ratio: {
      cpu: measurement.cpu.median / ours.cpu.median,
      wall: measurement.wall.median / ours.wall.median,
    },
    error: relativeError(values, ours.values),
  }));
}
