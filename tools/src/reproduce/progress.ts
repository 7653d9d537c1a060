/** One line over all experiments: which one runs, how many stages are done, and how long the rest takes. */
import { stripVTControlCharacters } from "node:util";
import { duration } from "@ft/artifacts";

const isTerminal = process.stdout.isTTY === true;
const CLEAR = "\r\u001b[2K";

/** Shows lines in one place of a terminal, or one after another in a file. */
function printLine(line: string): void {
  if (isTerminal) process.stdout.write(`${CLEAR}${line}`);
  else console.log(line);
}

/** The progress of experiments that run one after another. */
export class ReproductionProgress {
  readonly #expected: ReadonlyMap<string, number>;
  readonly #cores: number;
  readonly #now: () => number;
  readonly #print: (line: string) => void;
  readonly #start: number;
  readonly #started: string[] = [];
  #title = "";
  #skipped = 0;

  /**
   * @param expected seconds of one core for every stage that may run, by the name of its Nx project
   * @param cores stages that run at the same time
   * @param options the clock, in milliseconds, and where lines go. @default the machine's, and standard output
   */
  constructor(
    expected: ReadonlyMap<string, number>,
    cores: number,
    { now = Date.now, print = printLine }: { now?: () => number; print?: (line: string) => void } = {},
  ) {
    this.#expected = expected;
    this.#cores = cores;
    this.#now = now;
    this.#print = print;
    this.#start = now();
  }

  /** An experiment begins. @param title such as "sequence (4 of 17)" */
  begin(title: string): void {
    this.#title = title;
    this.show();
  }

  /** A line of Nx's output; returns whether it told of a stage that starts or comes from the cache. */
  read(line: string): boolean {
    const [, project = "", rest = ""] =
      /^> nx run ([^\s:]+):\S+(.*)$/.exec(stripVTControlCharacters(line).trim()) ?? [];
    if (!this.#expected.has(project) || this.#started.includes(project)) return false;
    if (/cache/.test(rest)) {
      this.#skipped += this.#expected.get(project)!;
      this.#started.unshift(project);
    } else this.#started.push(project);
    this.show();
    return true;
  }

  /** "sequence (4 of 17): 31 of 640 stages, about 1 h 20 min left". */
  line(): string {
    const total = sum([...this.#expected.values()]);
    const running = this.#started.slice(-this.#cores);
    const begun = sum(this.#started.map((project) => this.#expected.get(project)!));
    const done = begun - sum(running.map((project) => this.#expected.get(project)! / 2));
    const elapsed = (this.#now() - this.#start) / 1000;
    // Until a tenth of the work is done, the estimate from before counts too.
    const before = 0.1 * total;
    const computed = Math.max(0, done - this.#skipped);
    const pace = (elapsed + before / this.#cores) / (computed + before);
    const left = duration(Math.max(0, total - done) * pace * 1000);
    return `${this.#title}: ${this.#started.length} of ${this.#expected.size} stages, about ${left} left`;
  }

  /** Prints the line. */
  show(): void {
    this.#print(this.line());
  }

  /** Removes the line from a terminal, so that something else can be printed. */
  clear(): void {
    if (isTerminal) process.stdout.write(CLEAR);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
