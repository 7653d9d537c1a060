/** A worker as the bench talks to it: a child process, one request at a time. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type {
  Cost,
  End,
  Ended,
  Grow,
  Make,
  Measured,
  Prepare,
  Prepared,
  Refused,
  Request,
  Run,
  Speed,
  SpeedMeasured,
} from "./protocol.ts";

/** How much of what a worker wrote on standard error is told when it dies. */
const TOLD = 2_000;

/** A worker that cannot do what it was asked to. */
export class WorkerError extends Error {}

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #complaints = "";

  constructor(command: readonly string[], cwd: string, env: Record<string, string>) {
    const [program, ...args] = command;
    this.#child = spawn(program!, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stderr!.on("data", (text: Buffer) => {
      this.#complaints = (this.#complaints + text).slice(-TOLD);
    });
    this.#child.stdin!.on("error", () => {}); // of a worker that has died, which its missing answer tells
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  ask(request: Prepare): Promise<Prepared>;
  ask(request: Run): Promise<Measured>;
  ask(request: End): Promise<Ended>;
  ask(request: Make): Promise<Record<string, never>>;
  ask(request: Speed): Promise<SpeedMeasured>;
  ask(request: Grow): Promise<Cost>;
  /** @throws WorkerError where the worker refuses or has died */
  async ask(request: Request): Promise<unknown> {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#answers.next();
    if (done) throw new WorkerError(this.#complaints.trim() || "the worker has died without a word");
    const answer = JSON.parse(value) as Partial<Refused>;
    if (answer.error !== undefined) throw new WorkerError(answer.error);
    return answer;
  }

  stop(): void {
    this.#child.kill();
  }
}
