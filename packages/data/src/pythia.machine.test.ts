/** Datasets under Pythia's own tokenizer, which is too large to be part of the repository. */
import { loadTokenizer } from "@ft/model";
import { describe, expect, test } from "vitest";
import { findTask } from "./find-task.ts";
import { generate } from "./generate.ts";
import { importDataset } from "./import-dataset.ts";
import { expectDisjoint } from "./testing/expect-disjoint.ts";
import { expectImport } from "./testing/expect-import.ts";
import { paperKinds } from "./testing/paper-files.ts";
import { reference } from "./testing/reference.ts";
import { parse } from "./testing/samples.ts";

const pythia = reference("pythia-tokenizer.json");
const published = reference("finetune-circuits/Add_Sub_100_circuit.csv");

describe.skipIf(pythia.missing)(`with Pythia's tokenizer ${pythia.missing ?? ""}`, () => {
  const loaded = pythia.missing ? undefined : loadTokenizer(pythia.file);

  const generated = [
    ...[100, 500].map((within) => ["add-sub", { within }] as const),
    ...["mul-div", "sequence", "lcm", "function"].map((name) => [name, {}] as const),
    ...["whole", "mul-div"].map((part) => ["composition", { part }] as const),
    ...["greater-than", "subject-verb-agreement", "docstring"].map((name) => [name, {}] as const),
    ["subject-verb-agreement", { structure: "simple" }] as const,
    ...["flip", "third-name"].map((corruption) => ["ioi", { corruption }] as const),
  ];
  test.each(generated)(
    "%s %o reaches the number of examples tabled, its splits apart",
    async (name, options) => {
      const sampler = findTask(name).sampler(options);
      const { examples, ...defaults } = sampler.defaults;
      const shares = { validation: 0.05, ...defaults };
      const tokenizer = (await loaded)!;
      const rows = generate({ sampler, tokenizer, examples, shares, form: "same", seed: 0 });
      expect(rows.length).toBe(examples);
      expect(expectDisjoint(rows).size).toBe(defaults.test ? 4 : 3);
    },
  );

  test.each(paperKinds)("rows as the paper's files have them: %s %o", async (task, options) =>
    expectImport(task, options, (await loaded)!),
  );

  test("years of greater-than are a century and a year of two digits, and answers complete the last century", async () => {
    const tokenizer = (await loaded)!;
    const sampler = findTask("greater-than").sampler({});
    const shares = { circuit: 0.5, validation: 0 };
    const rows = generate({ sampler, tokenizer, examples: 200, shares, form: "same", seed: 0 });
    const token = (text: string) => tokenizer.singleToken(text)!;
    for (const { clean, cleanTokens, answer, answerToken } of rows) {
      const [century, year] = parse(clean, /The \w+ lasted from the year (\d\d)(\d\d) to the year \d\d/);
      expect(cleanTokens.slice(-6)).toEqual([
        ...[token(` ${century}`), token(year!)],
        ...[" to", " the", " year", ` ${century}`].map(token),
      ]);
      expect(answerToken).toBe(token(answer));
    }
  });

  test.skipIf(published.missing)(
    `the published circuit part of add-sub 100 is 500 pairs of the task's grammar with correct answers ${published.missing ?? ""}`,
    async () => {
      const { rows } = importDataset({
        files: { circuit: [published.file] },
        repeated: "error",
        unusable: "error",
        shares: { validation: 0.05 },
        tokenizer: (await loaded)!,
        form: "same",
        seed: 0,
      });
      expect(rows.length).toBe(500);
      const grammar =
        /Calculate the result of the following arithmetic expression and provide only the final answer: (\d+) ([+-]) (\d+) =/;
      for (const { clean, corrupted, answer } of rows) {
        const [a, operator, b] = parse(clean, grammar);
        const [first, second] = [Number(a), Number(b)];
        expect(answer).toBe(String(operator === "+" ? first + second : first - second));
        expect(corrupted).toBe(clean.replace(/ [+-] /, operator === "+" ? " - " : " + "));
        expect(second >= 1 && second <= first && first <= 100).toBe(true);
      }
    },
  );
});
