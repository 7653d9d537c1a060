/** A worker: a child process that takes one request at a time. */
import { execa } from "execa";
import type { Make, Measured, Prepare, Prepared, Refused, Request, Run } from "./protocol.ts";

/** How much of a dead worker's standard error is shown, in characters. */
const SHOWN = 2_000;

/** A request that a worker could not do. */
export class WorkerError extends Error {}

export class WorkerProcess {
  readonly #child;
  readonly #answers: AsyncIterator<string>;

  constructor(command: readonly string[], cwd: string, env: Record<string, string> = {}) {
    const [program, ...args] = command;
    this.#child = execa(program!, args, { cwd, env, reject: false });
    this.#answers = this.#child.iterable();
    this.#child.stdin.on("error", () => {}); // of a worker that has died: its missing answer says so
  }

  ask(request: Prepare): Promise<Prepared>;
  ask(request: Run): Promise<Measured>;
  ask(request: Make): Promise<Record<string, never>>;
  /** @throws WorkerError if the worker refuses or has died */
  async ask(request: Request): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#answers.next();
    if (done) {
      const { stderr } = await this.#child;
      throw new WorkerError(stderr.slice(-SHOWN).trim() || "the worker died without an error message");
    }
    const answer = JSON.parse(value) as Partial<Refused>;
    if (answer.error !== undefined) throw new WorkerError(answer.error);
    return answer;
  }

  stop(): void {
    this.#child.kill();
  }
}
