/**
 * The header of a safetensors file, checked in full before any tensor is read.
 *
 * A file is: the header's length (8 bytes, little-endian), the header (a JSON object, padded with spaces), the
 * tensors' bytes one after the other. Format: https://huggingface.co/docs/safetensors, "Format".
 */
import { parseJson, UserError } from "@ft/artifacts";
import { DAMAGED, isObject, NOT_FORMAT, parseTensorEntry, type TensorEntry } from "./safetensors-entry.ts";

/** The longest header the format allows. */
export const MAX_HEADER_BYTES = 100_000_000;
/** Above any checkpoint known (a mixture of experts has some 50,000). */
export const MAX_TENSORS = 100_000;
/** A tensor takes four colons; this many leave room for metadata, and are counted before anything is made of them. */
const MAX_COLONS = 8 * MAX_TENSORS;
/** An object of entries of lists. */
const DEPTH = 3;
/** The bytes before the header, which hold its length. */
export const LENGTH_BYTES = 8;

export interface SafetensorsHeader {
  metadata: Record<string, string>;
  /** In the order of their bytes. */
  tensors: Map<string, TensorEntry>;
}

/**
 * Reads the header's length from the first bytes of a file.
 * @param prefix the file's first {@link LENGTH_BYTES} bytes, or all there are.
 */
export function parseHeaderLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  const fail = (problem: string, value: unknown, remedy: string) =>
    new UserError(problem, { file, place: "header length, bytes 0 to 7", value, remedy });
  if (prefix.length < LENGTH_BYTES)
    throw fail("the file is too short to be a safetensors file", `${fileBytes} bytes`, DAMAGED);
  const length = new DataView(prefix.buffer, prefix.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES)
    throw fail(`the header is longer than ${MAX_HEADER_BYTES} bytes`, length.toString(), NOT_FORMAT);
  if (length < 2) throw fail("the header is too short to hold a JSON object", length.toString(), NOT_FORMAT);
  if (LENGTH_BYTES + Number(length) > fileBytes)
    throw fail(
      `the header reaches beyond the end of the file (${fileBytes} bytes)`,
      length.toString(),
      DAMAGED,
    );
  return Number(length);
}

/**
 * Reads and checks a header: valid UTF-8, one strict JSON object, `__metadata__` a map of strings,
 * every tensor of a known type, its bytes as many as its shape needs, and all tensors together covering the rest of
 * the file once, without gap or overlap.
 * @param header the header's bytes. @param fileBytes the size of the whole file. @param file named in errors.
 * @throws UserError for the first thing that is wrong.
 */
export function parseSafetensorsHeader(
  header: Uint8Array,
  fileBytes: number,
  file: string,
): SafetensorsHeader {
  const entries = Object.entries(parseObject(header, file));
  if (entries.length > MAX_TENSORS + 1) throw tooMany(file);
  let metadata: Record<string, string> = {};
  const tensors: TensorEntry[] = [];
  const dataStart = LENGTH_BYTES + header.length;
  for (const [name, value] of entries) {
    if (name === "__metadata__") metadata = parseMetadata(value, file);
    else tensors.push(parseTensorEntry(name, value, dataStart, fileBytes, file));
  }
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(tensors, dataStart, fileBytes, file);
  return { metadata, tensors: new Map(tensors.map((entry) => [entry.name, entry])) };
}

function parseObject(header: Uint8Array, file: string): Record<string, unknown> {
  const fail = (problem: string, value: unknown, remedy = NOT_FORMAT) =>
    new UserError(problem, { file, place: "header", value, remedy });
  if (exceeds(header, ":".charCodeAt(0), MAX_COLONS)) throw tooMany(file);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw fail("the header is not valid UTF-8", undefined, DAMAGED);
  }
  if (text[0] !== "{") throw fail("the header does not begin with {", text.slice(0, 20));
  return parseJson(text, { file, what: "the header", place: "header", depth: DEPTH, remedy: DAMAGED });
}

/** Whether a byte occurs more often than so many times. */
function exceeds(bytes: Uint8Array, byte: number, most: number): boolean {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0 && count <= most; at = bytes.indexOf(byte, at + 1)) count++;
  return count > most;
}

function tooMany(file: string): UserError {
  return new UserError(`the header lists more than ${MAX_TENSORS} tensors`, {
    file,
    place: "header",
    remedy: NOT_FORMAT,
  });
}

function parseMetadata(value: unknown, file: string): Record<string, string> {
  const fail = (problem: string, place: string, wrong: unknown) =>
    new UserError(problem, { file, place, value: wrong, remedy: NOT_FORMAT });
  if (!isObject(value)) throw fail("the metadata is not a map of strings", "__metadata__", value);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw fail("a metadata value is not a string", `__metadata__.${key}`, text);
  }
  return value as Record<string, string>;
}

/** Checks that the tensors, sorted by position, cover the data exactly once. */
function checkCoverage(tensors: TensorEntry[], dataStart: number, fileBytes: number, file: string): void {
  let covered = dataStart;
  let before = "";
  for (const { name, begin, end } of tensors) {
    const at = { file, place: `tensor "${name}"`, value: [begin - dataStart, end - dataStart] };
    if (begin < covered)
      throw new UserError(`a tensor overlaps the one before it, "${before}"`, { ...at, remedy: NOT_FORMAT });
    if (begin > covered)
      throw new UserError(`${begin - covered} bytes before a tensor belong to none`, {
        ...at,
        remedy: NOT_FORMAT,
      });
    covered = end;
    before = name;
  }
  if (covered !== fileBytes)
    throw new UserError("bytes at the end of the file belong to no tensor", {
      file,
      place: `byte ${covered}`,
      value: `${fileBytes - covered} bytes`,
      remedy: DAMAGED,
    });
}
