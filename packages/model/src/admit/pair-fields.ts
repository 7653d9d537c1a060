/** The names of columns and keys in files of pairs. */
import { nearest } from "@ft/artifacts";

/**
 * The parts of a pair, each under every name it has in files: the paper's CSVs (clean, corrupted, label,
 * corrupted_label), those of EAP-IG (correct_idx and incorrect_idx are token ids) and this program's own.
 */
const names = {
  clean: ["clean"],
  corrupted: ["corrupted"],
  answer: ["answer", "label", "correct_idx"],
  corruptedAnswer: ["wrong", "corrupted_label", "corruptedAnswer", "incorrect_idx"],
  kind: ["kind"],
} as const;

export type Field = keyof typeof names;

const fields = Object.keys(names) as Field[];
const required: readonly Field[] = ["clean", "corrupted", "answer"];
const idNames: readonly string[] = ["correct_idx", "incorrect_idx"];

/** The number of names that are compared to find a misspelt one. */
const MOST_CANDIDATES = 1_000;

/** Which column or key holds which part of a pair. */
export interface FieldNames {
  of: Partial<Record<Field, string>>;
  /** Ignored names, in their order. */
  ignored: string[];
}

/** Whether the value under this name is a token id, however it is written. */
export function holdsTokenId(name: string): boolean {
  return idNames.includes(name);
}

/** The names of the parts if the corrupted prompt's is not the usual one. */
function namesWith(counterfactual: string | undefined): Record<Field, readonly string[]> {
  return counterfactual === undefined ? names : { ...names, corrupted: [counterfactual] };
}

/** How many of the given names are names of parts of a pair. */
export function countParts(given: readonly string[]): number {
  const known: readonly string[] = Object.values(names).flat();
  return given.filter((name) => known.includes(name)).length;
}

/**
 * Finds the parts of a pair among the names that a header or an object has.
 *
 * @param what a name is, for messages
 * @param counterfactual the name that holds the corrupted prompt. @default corrupted
 * @returns the problem as text: a part that is missing, with the misspelt name if one is near, or a part or name that
 * occurs twice
 */
export function findFields(
  given: readonly string[],
  what: "column" | "key",
  counterfactual?: string,
): FieldNames | string {
  const names = namesWith(counterfactual);
  const seen = new Set<string>();
  const twice = given.find((name) => name !== "" && seen.size === seen.add(name).size);
  if (twice !== undefined) return `the ${what} \`${twice}\` occurs twice`;
  const of: FieldNames["of"] = {};
  for (const field of fields) {
    const [name, another] = names[field].filter((candidate) => given.includes(candidate));
    if (another !== undefined) return `the ${what}s \`${name}\` and \`${another}\` mean the same: keep one`;
    if (name !== undefined) of[field] = name;
  }
  const used = Object.values(of);
  const ignored = given.filter((name) => !used.includes(name));
  const missing = required.find((field) => of[field] === undefined);
  if (missing === undefined) return { of, ignored };
  const candidates = ignored.slice(0, MOST_CANDIDATES);
  const misspelt = names[missing].map((name) => nearest(name, candidates)).find(Boolean);
  return `the ${what} ${quoted(names[missing])} is missing${misspelt ? `; did you misspell it as \`${misspelt}\`?` : ""}`;
}

/**
 * The first ten names, for a note, each with the optional part that it probably means. The index that pandas writes has
 * no name.
 */
export function renderIgnored({ of, ignored }: FieldNames): string {
  const free = fields.filter((field) => of[field] === undefined).flatMap((field) => names[field]);
  const shown = ignored.slice(0, 10).map((name) => {
    if (name === "") return "(unnamed)";
    const meant = nearest(name, free);
    return `\`${name}\`${meant ? ` (did you mean \`${meant}\`?)` : ""}`;
  });
  return `${shown.join(", ")}${ignored.length > 10 ? ` and ${ignored.length - 10} more` : ""}`;
}

/** "`answer` (or `label`, `correct_idx`)". */
function quoted([name, ...others]: readonly string[]): string {
  const rest = others.map((other) => `\`${other}\``).join(", ");
  return `\`${name}\`${rest && ` (or ${rest})`}`;
}
