/** Bytes from outside: strict JSON, encodings, limits, and short messages. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/bytes/src";

export const bytes: Area = {
  name: "bytes",
  tests: [folder],
  mutants: [
    ...mutantsOf(
      `${folder}/json.js`,
      "checkTokens",
      ["keys.has(key)", "false"],
      ["open.length === depth", "open.length > depth"],
      ["token === OPEN_BRACE || token === COMMA", "token === OPEN_BRACE"],
      ["token === OPEN_BRACE ? new Set() : undefined", "open.at(-1) ?? new Set()"],
      ["!Number.isFinite(Number(scanner.getTokenValue()))", "false"],
      [
        "const key = scanner.getTokenValue()",
        "const key = text.substr(scanner.getTokenOffset(), scanner.getTokenLength())",
      ],
    ),
    ...mutantsOf(`${folder}/json.js`, "syntaxError", ["at < offset ? sum + length : sum", "sum"]),
    ...mutantsOf(`${folder}/recognise.js`, "refuseOtherKinds", [
      "found === undefined || found.kind === kind",
      "true",
    ]),
    ...mutantsOf(`${folder}/seal.js`, "readSealed", ["hashFile(path) !== hashOf(seal(content))", "false"]),
    ...mutantsOf(
      `${folder}/text.js`,
      "decodeText",
      ["!isUtf8(buffer)", "false"],
      ["zero >= 0", "false"],
      ["? 3 : 0", "? 0 : 0"],
    ),
    ...mutantsOf(`${folder}/text.js`, "utf16Name", ["odd > 0 ?", "even > 0 ?"]),
    ...mutantsOf(`${folder}/text.js`, "notUtf8", ["line++", ""]),
    ...mutantsOf(`${folder}/regular-file.js`, "regularFile", ["stats.size > most", "stats.size >= most"]),
    ...mutantsOf(
      `${folder}/run-program.js`,
      "runProgram",
      ['signal === "SIGINT" && terminal', "false"],
      ['signal === "SIGINT" && terminal', 'signal === "SIGINT"'],
    ),
    ...mutantsOf(`${folder}/canonical-json.js`, "sorted", ["a < b ? -1 : 1", "0"]),
    ...mutantsOf(`${folder}/canonical-json.js`, "canonicalJson", [
      "isPlain(part) ? sorted(part) : part",
      "part",
    ]),
    ...mutantsOf(
      `${folder}/user-error.js`,
      "render",
      ["lines.length <= MOST_LINES &&", ""],
      ['&& Buffer.byteLength(lines.join("\\n")) <= MOST_BYTES', ""],
      ["cut().slice(0, MOST_LINES)", "cut()"],
    ),
    ...mutantsOf(`${folder}/user-error.js`, "toLines", [
      "visible(cut(line, LONGEST_LINE))",
      "cut(line, LONGEST_LINE)",
    ]),
  ],
};
