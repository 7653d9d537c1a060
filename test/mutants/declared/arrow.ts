/** Reading Arrow files of other programs: bounds and conversions. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/artifacts/src/tables";

export const arrow: Area = {
  name: "arrow",
  tests: [`${folder}/arrow`, `${folder}/foreign`],
  mutants: [
    ...mutantsOf(
      `${folder}/arrow/decode.ts`,
      "offsetsOf",
      ["offsets[0]! >= 0 &&", ""],
      ["&& offsets[length]! <= values", ""],
      ["offsets[row]! <= offsets[row + 1]!", "true"],
      ["offsets.length > length", "offsets.length >= length"],
    ),
    ...mutantsOf(`${folder}/arrow/decode.ts`, "asNumber", [
      "BigInt(number) === integer ? number : integer",
      "number",
    ]),
    ...mutantsOf(`${folder}/arrow/decode.ts`, "readerOf", [
      "isSet(valid, row) ? value(row) : null",
      "value(row)",
    ]),
    ...mutantsOf(`${folder}/arrow/decode.ts`, "decodeColumn", ["data.length === rows", "true"]),
    ...mutantsOf(`${folder}/arrow/decode.ts`, "decodeNumbers", ["values.length >= length", "true"]),
    ...mutantsOf(
      `${folder}/arrow/decode.ts`,
      "decodeViews",
      ["start >= 0 && start + size <= buffer.length", "start >= 0"],
      ["size >= 0", "true"],
      ["size <= LONGEST_INLINE", "size < LONGEST_INLINE"],
    ),
    ...mutantsOf(
      `${folder}/arrow/decode.ts`,
      "decodeDictionary",
      ["at -= part.length;", ""],
      ['check(false, "an index is outside its dictionary");', ""],
    ),
    ...mutantsOf(`${folder}/arrow/decode.ts`, "decodeTexts", ["all.length < end - first", "false"]),
    ...mutantsOf(`${folder}/arrow/decode.ts`, "listBounds", ["listSize * length <= items", "true"]),
    ...mutantsOf(
      `${folder}/arrow/arrow-file.ts`,
      "messageAt",
      ["start + length > size", "false"],
      ["message.bodyLength < 0 || end > size", "false"],
    ),
    ...mutantsOf(`${folder}/arrow/arrow-file.ts`, "atBlock", [
      "&& found.end === found.body + bodyLength",
      "",
    ]),
    ...mutantsOf(`${folder}/arrow/arrow-file.ts`, "openFile", ["text(tail.subarray(4)) !== MAGIC", "false"]),
    ...mutantsOf(
      `${folder}/arrow/record-batch.ts`,
      "cut",
      ["offset + length > body.length", "offset > body.length"],
      ["offset < 0 ||", ""],
    ),
    ...mutantsOf(`${folder}/arrow/record-batch.ts`, "load", ["nullCount > length", "false"]),
    ...mutantsOf(`${folder}/arrow/record-batch.ts`, "dictionaryBatch", ["isDelta ?", "false ?"]),
    ...mutantsOf(`${folder}/arrow/decompress.ts`, "decompress", ["size < 0 || size > most", "size < 0"]),
    ...mutantsOf(`${folder}/arrow/decompress.ts`, "decompressLz4", [
      "lz4.decompressFrame(frame, bytes) !== size",
      "!lz4.decompressFrame(frame, bytes)",
    ]),
    ...mutantsOf(
      `${folder}/arrow/walk-flatbuffer.ts`,
      "walkFlatbuffer",
      ["at + 4 + length * bytesEach > bytes.length", "at + 4 + length > bytes.length"],
      ["depth > DEEPEST", "false"],
      ["work > MOST_WORK * bytes.length", "false"],
    ),
    ...mutantsOf(`${folder}/arrow-schema.ts`, "holds", [
      'holds(type.children[0]!.type, column === "list<int32>" ? "int32" : "float64")',
      "true",
    ]),
    ...mutantsOf(`${folder}/scan.ts`, "checkColumns", ["!holds(type, column.type)", "false"]),
  ],
};
