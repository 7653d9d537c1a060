import { parseJson, renderValue, UserError } from "@ft/artifacts";
import { mibRow } from "./mib-rows.ts";
import { type FieldNames, findFields, holdsTokenId, renderIgnored } from "./pair-fields.ts";
import type { FoundRows, Malformed, PairRow } from "./read-pairs.ts";

/** Deepest nesting of a pair; ignored keys may hold anything within it. */
const DEPTH = 20;

/**
 * The pairs of JSON text: an array of objects, or an object per line. Prompts are text or lists of token ids. Objects
 * may be rows of MIB.
 *
 * @param counterfactual the key of the corrupted prompt, or of the object that has it. @default corrupted, or MIB's
 * @throws UserError if an array is not JSON; a line that is not is reported as a malformed row
 */
export function jsonRows(text: string, file: string, counterfactual?: string): FoundRows {
  const reader = new ObjectReader(counterfactual);
  const rows = /^\s*\[/.test(text) ? arrayRows(text, file, reader) : lineRows(text, file, reader);
  return { rows, ignored: () => reader.ignored };
}

function* arrayRows(text: string, file: string, reader: ObjectReader): Generator<PairRow | Malformed> {
  const elements: unknown[] = parseJson(text, { file, depth: DEPTH + 1 });
  for (const [i, element] of elements.entries()) yield reader.read(element, `element ${i + 1}`);
}

function* lineRows(text: string, file: string, reader: ObjectReader): Generator<PairRow | Malformed> {
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const place = `line ${i + 1}`;
    let value: unknown;
    try {
      value = parseJson(line, { file, what: "the line", place, depth: DEPTH });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      yield { place: error.at.place ?? place, reason: error.problem, ...detailOf(error.at.value) };
      continue;
    }
    yield reader.read(value, place);
  }
}

/** Reads objects as pairs; equal sets of keys are looked up only once. */
class ObjectReader {
  readonly #counterfactual: string | undefined;
  readonly #known = new Map<string, FieldNames | string>();
  /** The ignored keys of the first object that has any. */
  ignored = "";

  constructor(counterfactual: string | undefined) {
    this.#counterfactual = counterfactual;
  }

  read(value: unknown, place: string): PairRow | Malformed {
    const malformed = (reason: string, detail?: unknown) => ({ place, reason, ...detailOf(detail) });
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return malformed("it is not an object", value);
    }
    const given = value as Record<string, unknown>;
    const mib = mibRow(given, this.#counterfactual);
    if (typeof mib === "string") return malformed(mib);
    const object = mib?.pair ?? given;
    const names = mib ? this.#mibFields(given, mib.used) : this.#fieldsOf(Object.keys(given));
    if (typeof names === "string") return malformed(names);
    const { of } = names;
    const [clean, corrupted] = [object[of.clean!], object[of.corrupted!]];
    const bothText = typeof clean === "string" && typeof corrupted === "string";
    if (!bothText && !(isIds(clean) && isIds(corrupted))) {
      return malformed("its prompts must both be text or both be lists of token ids", [clean, corrupted]);
    }
    const answers: (string | number | undefined)[] = [];
    for (const name of [of.answer, of.corruptedAnswer]) {
      const answer = name === undefined ? undefined : (object[name] ?? undefined);
      const asId = !bothText || (name !== undefined && holdsTokenId(name));
      if (answer !== undefined && !(asId ? isId(answer) : typeof answer === "string")) {
        return malformed(wrongType(name!, bothText, asId), answer);
      }
      answers.push(answer as string | number | undefined);
    }
    const kind = of.kind === undefined ? undefined : (object[of.kind] ?? undefined);
    if (kind !== undefined && typeof kind !== "string") return malformed("`kind` must be text", kind);
    const [answer = "", corruptedAnswer] = answers;
    return { place, clean, corrupted, answer, corruptedAnswer, kind } as PairRow;
  }

  #mibFields(row: object, used: readonly string[]): FieldNames {
    const ignored = Object.keys(row).filter((key) => !used.includes(key));
    const of = { clean: "clean", corrupted: "corrupted", answer: "answer", corruptedAnswer: "wrong" };
    this.#noteIgnored({ of, ignored });
    return { of, ignored };
  }

  #fieldsOf(keys: readonly string[]): FieldNames | string {
    const signature = JSON.stringify(keys);
    const known = this.#known.get(signature);
    if (known !== undefined) return known;
    const names = findFields(keys, "key", this.#counterfactual);
    this.#known.set(signature, names);
    if (typeof names !== "string") this.#noteIgnored(names);
    return names;
  }

  #noteIgnored(names: FieldNames): void {
    if (this.ignored === "" && names.ignored.length > 0) this.ignored = `keys ${renderIgnored(names)}`;
  }
}

function wrongType(name: string, textPrompts: boolean, asId: boolean): string {
  if (!textPrompts) return `\`${name}\` must be a token id, as its prompts are`;
  return asId
    ? `\`${name}\` must be a token id`
    : `\`${name}\` must be text in quotes, as its prompts are (a token id goes under correct_idx or incorrect_idx)`;
}

/** Whether a value can be an id; ids outside the vocabulary are refused later, when the model's is known. */
function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isId);
}

function detailOf(value: unknown): { detail?: string } {
  return value === undefined ? {} : { detail: renderValue(value) };
}
