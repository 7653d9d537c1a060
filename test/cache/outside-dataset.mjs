// Writes dataset.arrow with nothing of this repository, as a program in any language would: a stage's `run` command.
// FT_CONFIG is {"examples": number, "leaveOut"?: name of a column not to write}.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
// biome-ignore lint/style/noRestrictedImports: it stands for a program outside this repository
import { Field, Int32, List, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";

const { examples, leaveOut } = JSON.parse(process.env.FT_CONFIG);
const rows = Array.from({ length: examples }, (_, example) => example);
const tokens = (operator) => rows.map((row) => [0, 10 + row, operator, 11 + row]);
const utf8 = (values) => vectorFromArray(values, new Utf8());
const int32 = (values) => vectorFromArray(values, new Int32());
const lists = (values) => vectorFromArray(values, new List(new Field("item", new Int32())));

const columns = {
  example: int32(rows),
  split: utf8(rows.map((row) => ["train", "train", "validation", "circuit"][row % 4])),
  kind: utf8(rows.map(() => "sum")),
  clean: utf8(rows.map((row) => `${row} + ${row + 1} =`)),
  corrupted: utf8(rows.map((row) => `${row} - ${row + 1} =`)),
  answer: utf8(rows.map((row) => `${2 * row + 1}`)),
  corruptedAnswer: utf8(rows.map(() => "-1")),
  cleanTokens: lists(tokens(5)),
  corruptedTokens: lists(tokens(6)),
  answerToken: int32(rows.map((row) => 20 + row)),
  corruptedAnswerToken: int32(rows.map(() => null)),
};
delete columns[leaveOut];
writeFileSync(join(process.env.FT_OUTPUT, "dataset.arrow"), tableToIPC(new Table(columns), "file"));
