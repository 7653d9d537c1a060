/** One tensor's entry in a safetensors header: its type, shape and place, checked against each other. */
import { UserError } from "@ft/artifacts";
import { elementCount } from "./host-tensor.ts";

export const MAX_RANK = 8;
export const MAX_NAME_LENGTH = 1_024;

/** Every type of the format with whole bytes an element, and how many. */
export const DTYPE_BYTES = {
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

/**
 * Checks one entry of a header.
 * @param dataStart where the header ends. @param fileBytes the size of the file. @param file named in errors.
 * @throws UserError for the first thing that is wrong.
 */
export function parseTensorEntry(
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
    throw fail("a tensor's shape holds something else than sizes (integers from 0)", shape);
  const bytes = elementCount(shape) * DTYPE_BYTES[dtype as SafetensorsDtype];
  if (!Number.isSafeInteger(bytes))
    throw fail("a tensor's shape has more elements than can be counted", shape);

  if (!Array.isArray(offsets) || offsets.length !== 2)
    throw fail("a tensor's data_offsets are not a pair [begin, end]", offsets);
  if (!offsets.every(isSize))
    throw fail("a tensor's data_offsets hold something else than positions (integers from 0)", offsets);
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

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
