/** Where a mistake is and what to do about it. Every part is optional; give all that are known. */
export interface ErrorPlace {
  /** The file that holds the mistake. */
  file?: string;
  /** Where in it: a JSON path, a row and column, a tensor's name. */
  place?: string;
  /** What was found there. */
  value?: unknown;
  /** What the person can do now. */
  remedy?: string;
}

const LONGEST_VALUE = 200;

/**
 * A mistake of the person who runs the program, or a file that is not what it should be: shown as it is, without a
 * stack. Every other error is a bug in this program and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  /** What is wrong, without the place. */
  readonly problem: string;
  readonly at: ErrorPlace;

  constructor(problem: string, at: ErrorPlace = {}) {
    super(render(problem, at));
    this.problem = problem;
    this.at = at;
  }
}

function render(problem: string, at: ErrorPlace): string {
  const lines = [problem];
  if (at.file !== undefined) lines.push(`  file: ${at.file}`);
  if (at.place !== undefined) lines.push(`  place: ${at.place}`);
  if (at.value !== undefined) lines.push(`  value: ${renderValue(at.value)}`);
  if (at.remedy !== undefined) lines.push(`  ${at.remedy}`);
  return lines.join("\n");
}

/** A value as it may stand in a message: as JSON where that is possible, cut after 200 characters. */
export function renderValue(value: unknown): string {
  const text = asJson(value) ?? String(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
}

function asJson(value: unknown): string | undefined {
  if (typeof value === "number") return String(value); // JSON has no NaN and no Infinity
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // a cycle or a bigint
  }
}
