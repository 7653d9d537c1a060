/**
 * The header of a safetensors file, checked in full before any tensor is read.
 *
 * A file is: the header's length (8 bytes, little-endian), the header (a JSON object, padded with spaces), the
 * tensors' bytes one after the other. Format: https://huggingface.co/docs/safetensors, "Format".
 */
import { parseJson, UserError } from "@ft/artifacts";
import { elementCount } from "./host-tensor.ts";

export const MAX_RANK = 8;
export const MAX_NAME_LENGTH = 1_024;

/** Every type of the format with whole bytes an element, and how many. */
const DTYPE_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
  C64: 8,
} as const;

export type SafetensorsDtype = keyof typeof DTYPE_BYTES;

/** Where one tensor lies; `begin` and `end` count from the start of the file. */
export interface TensorEntry {
  name: string;
  dtype: SafetensorsDtype;
  shape: number[];
  begin: number;
  end: number;
}

export const DAMAGED = "The file is damaged or incomplete: download or export it again.";
export const NOT_FORMAT =
  "Write the file with the safetensors library (save_file, or save_pretrained in transformers).";

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
      throw new UserError(`${begin - covered} bytes before a tensor belong to no tensor`, {
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

/**
 * Checks one entry of a header.
 * @param dataStart where the header ends. @param fileBytes the size of the file. @param file named in errors.
 * @throws UserError for the first thing that is wrong.
 */
function parseTensorEntry(
  name: string,
  value: unknown,
  dataStart: number,
  fileBytes: number,
  file: string,
): TensorEntry {
  const shown = name.length > 80 ? `${name.slice(0, 80)}...` : name;
  const fail = (problem: string, wrong: unknown, remedy = NOT_FORMAT) =>
    new UserError(problem, { file, place: `tensor "${shown}"`, value: wrong, remedy });
  if (name.length > MAX_NAME_LENGTH)
    throw fail(`a tensor's name is longer than ${MAX_NAME_LENGTH} characters`, name.length);
  if (!isObject(value)) throw fail("a tensor's entry is not an object", value);
  for (const key of ["dtype", "shape", "data_offsets"])
    if (!Object.hasOwn(value, key))
      throw fail(`a tensor's entry lacks "${key}"`, Object.keys(value).join(", "));
  for (const key of Object.keys(value))
    if (key !== "dtype" && key !== "shape" && key !== "data_offsets")
      throw fail("a tensor's entry has a key the format does not know", key);

  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPE_BYTES, dtype))
    throw fail(`a tensor's type is unknown (known: ${Object.keys(DTYPE_BYTES).join(", ")})`, dtype);
  if (!Array.isArray(shape)) throw fail("a tensor's shape is not a list", shape);
  if (shape.length > MAX_RANK) throw fail(`a tensor has more than ${MAX_RANK} dimensions`, shape.length);
  if (!shape.every(isSize))
    throw fail("a tensor's shape holds values other than sizes (integers from 0)", shape);
  const bytes = elementCount(shape) * DTYPE_BYTES[dtype as SafetensorsDtype];
  if (!Number.isSafeInteger(bytes))
    throw fail("a tensor's shape has more elements than can be counted", shape);

  if (!Array.isArray(offsets) || offsets.length !== 2)
    throw fail("a tensor's data_offsets are not a pair [begin, end]", offsets);
  if (!offsets.every(isSize))
    throw fail("a tensor's data_offsets hold values other than positions (integers from 0)", offsets);
  const [begin, end] = offsets as [number, number];
  if (end < begin) throw fail("a tensor ends before it begins", offsets);
  if (end > fileBytes - dataStart)
    throw fail(
      `a tensor reaches beyond the end of the file (${fileBytes - dataStart} bytes of data)`,
      offsets,
      DAMAGED,
    );
  if (end - begin !== bytes)
    throw fail(
      `a tensor of type ${dtype} and shape [${shape}] needs ${bytes} bytes, but has ${end - begin}`,
      offsets,
    );
  return { name, dtype: dtype as SafetensorsDtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
