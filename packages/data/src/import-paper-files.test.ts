import { describe, test } from "vitest";
import { byteTokenizer } from "../../model/src/testing/byte-tokenizer.ts";
import { expectImport } from "./testing/expect-import.ts";
import { paperKinds } from "./testing/paper-files.ts";

describe("rows as the paper's files have them, under a byte-level tokenizer", () => {
  const tokenizer = byteTokenizer();

  test.each(paperKinds)("%s %o", async (task, options) => expectImport(task, options, await tokenizer));
});
