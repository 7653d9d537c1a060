// Writes dataset.arrow with nothing of this repository, as a program in any language would: a stage's `run` command.
// FT_CONFIG is {"examples": number, "leaveOut"?: name of a column not to write, "answer"?: token id of every answer}.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
// biome-ignore lint/style/noRestrictedImports: it stands for a program outside this repository
import { Field, Int32, List, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";

const { FT_CONFIG, FT_MODEL, FT_OUTPUT } = process.env;
const { examples, leaveOut, answer } = JSON.parse(FT_CONFIG);
/** The base model's tokenizer has a token per word. */
const { vocab } = JSON.parse(readFileSync(join(FT_MODEL, "tokenizer.json"), "utf8")).model;
const rows = Array.from({ length: examples }, (_, example) => example);
const prompts = (operator) => rows.map((row) => `${row} ${operator} ${row + 1} =`);
const tokens = (texts) =>
  texts.map((text) => [vocab["<bos>"], ...text.split(" ").map((word) => vocab[word])]);
const utf8 = (values) => vectorFromArray(values, new Utf8());
const int32 = (values) => vectorFromArray(values, new Int32());
const lists = (values) => vectorFromArray(values, new List(new Field("item", new Int32())));

const columns = {
  example: int32(rows),
  split: utf8(rows.map((row) => ["train", "train", "validation", "circuit"][row % 4])),
  kind: utf8(rows.map(() => "sum")),
  clean: utf8(prompts("+")),
  corrupted: utf8(prompts("-")),
  answer: utf8(rows.map((row) => `${2 * row + 1}`)),
  corruptedAnswer: utf8(rows.map(() => "-1")),
  cleanTokens: lists(tokens(prompts("+"))),
  corruptedTokens: lists(tokens(prompts("-"))),
  answerToken: int32(rows.map((row) => answer ?? vocab[2 * row + 1])),
  corruptedAnswerToken: int32(rows.map(() => null)),
};
delete columns[leaveOut];
writeFileSync(join(FT_OUTPUT, "dataset.arrow"), tableToIPC(new Table(columns), "file"));
