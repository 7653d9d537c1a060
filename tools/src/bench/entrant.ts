/** A contender at work on a job: a process that has got ready, and what its runs took. */
import type { Bench } from "./bench.ts";
import { type Contender, type ContenderName, commandOf, contenders } from "./contenders.ts";
import type { Job, Size } from "./jobs.ts";
import type { Ended } from "./protocol.ts";
import { type Spread, spread } from "./statistics.ts";
import { WorkerProcess } from "./worker-process.ts";

/** What a contender's runs took. */
export interface Measurement {
  contender: ContenderName;
  /** Examples a run. */
  examples: number;
  /** Process CPU milliseconds a unit. */
  cpu: Spread;
  /** Wall-clock milliseconds a unit. */
  wall: Spread;
  memory: Ended & { readyBytes: number };
  /** The job's result on the reference's examples. */
  values: number[];
  versions: Record<string, string>;
}

export class Entrant {
  readonly name: ContenderName;
  readonly #job: Job;
  readonly #size: Size;
  readonly #worker: WorkerProcess;
  readonly #cpu: number[] = [];
  readonly #wall: number[] = [];
  #ready: { versions: Record<string, string>; readyBytes: number; values: number[] } | undefined;

  /** Starts the process; {@link prepare} comes next. */
  constructor({ root, pinning, threads, python }: Bench, job: Job, size: Size, name: ContenderName) {
    const contender: Contender = contenders[name];
    this.name = name;
    this.#job = job;
    this.#size = size;
    const command = [...pinning, ...commandOf(contender, root, python)];
    this.#worker = new WorkerProcess(command, root, { FT_THREADS: String(threads), ...contender.env });
  }

  /** Gets ready and does the job once on the reference's examples. @throws WorkerError where it cannot */
  async prepare(folder: string, threads: number): Promise<void> {
    const { name: job, batch } = this.#job;
    const { variant } = contenders[this.name];
    const prepared = await this.#worker.ask({ do: "prepare", job, variant, folder, batch, threads });
    const { values } = await this.#worker.ask({ do: "run", examples: this.#size.reference, values: true });
    this.#ready = { ...prepared, values: values! };
  }

  /** Runs there are in it. */
  get turns(): number {
    const { turns = this.#size.turns }: Contender = contenders[this.name];
    return turns;
  }

  /** Does the job once, measured. @throws WorkerError where it cannot */
  async run(): Promise<void> {
    const { cpu, wall } = await this.#worker.ask({ do: "run", examples: this.#examples, values: false });
    const units = this.#examples / this.#job.perUnit;
    this.#cpu.push((1000 * cpu) / units);
    this.#wall.push((1000 * wall) / units);
  }

  /** @throws WorkerError where the process has died */
  async end(): Promise<Measurement> {
    const { readyBytes, versions, values } = this.#ready!;
    const ended = await this.#worker.ask({ do: "end" });
    return {
      contender: this.name,
      examples: this.#examples,
      cpu: spread(this.#cpu),
      wall: spread(this.#wall),
      memory: { readyBytes, ...ended },
      values,
      versions,
    };
  }

  stop(): void {
    this.#worker.stop();
  }

  /** What shares as ours does is given as much; batches that share nothing all cost the same, so that a few will do. */
  get #examples(): number {
    const { examples, reference } = this.#size;
    const { program, variant } = contenders[this.name];
    if (program === "python") return reference;
    return variant === "shared" ? examples : Math.min(examples, 4 * reference);
  }
}
