import { execFileSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createProvenance,
  datasetSchema,
  layersSchema,
  manifestPath,
  schemas,
  tablePath,
  writeTable,
} from "@ft/artifacts";
import { encodePrompt, openTokenizer } from "@ft/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createProgram, main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const printed = capturePrinted();

describe("ft", () => {
  test("describes every command, each with examples of itself", () => {
    for (const command of createProgram().commands) {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(command.description(), command.name()).toMatch(/\w+ \w+/);
      expect(help).toMatch(new RegExp(`Examples:\\n  .*ft ${command.name()}`));
    }
  });

  test("suggests the closest command", async () => {
    const program = createProgram().exitOverride();
    let complaint = "";
    program.configureOutput({ writeErr: (text) => (complaint += text) });
    await expect(program.parseAsync(["verfy"], { from: "user" })).rejects.toThrow();
    expect(complaint).toMatch(/unknown command 'verfy'[\s\S]*verify/);
  });

  test("shows its help without loading any package but commander", () => {
    const coverage = mkdtempSync(join(tmpdir(), "ft-help-"));
    const help = execFileSync(process.execPath, ["--input-type=module", "--eval", HELP], {
      cwd: new URL("../..", import.meta.url),
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
      encoding: "utf8",
    });
    const [report] = readdirSync(coverage);
    const loaded = readFileSync(join(coverage, report ?? ""), "utf8");
    rmSync(coverage, { recursive: true });
    expect(help).toMatch(/^Usage: ft/);
    expect(loaded).toMatch(/node_modules\/commander/);
    expect(loaded).not.toMatch(/packages\/|node_modules\/(?!commander)/);
  });
});

const HELP = `
const { createProgram } = await import("./dist/cli/main.js");
createProgram().outputHelp();
`;

describe("ft schemas", () => {
  test("lists every table, and of one its columns and the Python that writes it", async () => {
    await main(["schemas"]);
    for (const { name, file } of schemas.values()) expect(printed.out).toContain(`${name} (${file})`);
    printed.out = "";
    await main(["schemas", "layers"]);
    expect(printed.out).toContain("  order: int32. rank by edgeChange");
    expect(printed.out).toContain(
      '  schema = pa.schema([("plan", pa.string()), ("draw", pa.int32()), ("seed", pa.int32()),',
    );
  });

  test("gives them as JSON for other programs", async () => {
    await main(["schemas", "dataset", "--json"]);
    const { name, columns } = JSON.parse(printed.out);
    expect({ name, type: columns.cleanTokens.type }).toEqual({ name: "dataset", type: "list<int32>" });
    printed.out = "";
    await main(["schemas", "--json"]);
    expect(JSON.parse(printed.out)).toHaveLength(schemas.size);
  });

  test("has the patterns of texts in JSON", async () => {
    await main(["schemas", "scores", "--json"]);
    expect(JSON.parse(printed.out).columns.sample.pattern).toContain("half|split");
  });

  test("suggests the closest table", async () => {
    await main(["schemas", "datset"]);
    expect(printed.err).toMatch(/no table named datset; did you mean `dataset`\?\n {2}tables are dataset, /);
  });
});

describe("ft verify", () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ft-verify-"));
    const provenance = createProvenance({ producer: null, inputs: {}, config: {}, seed: 1 });
    await writeTable(folder, layersSchema, [], provenance);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("identifies a folder's tables", async () => {
    await main(["verify", folder]);
    expect(printed.out).toMatch(/layers\.arrow\n {2}schema +layers 2/);
    expect(process.exitCode).toBeUndefined();
  });

  test("names the damaged file, without a stack, and continues with the others", async () => {
    const file = tablePath(folder, layersSchema);
    truncateSync(file, 10);
    await main(["verify", file, join(folder, "none.arrow")]);
    expect(printed.err).toMatch(/error the file was cut short/);
    expect(printed.err).toMatch(/error there is no such file/);
    expect(printed.err).not.toMatch(/\n {4}at /);
    expect(process.exitCode).toBe(1);
  });

  const circuit = { plan: "p", draw: 0, seed: 1, sample: "all", rule: "top", size: 0.1 };
  const layer = { ...circuit, layerRule: "source", edgeChange: 0, critical: false } as const;
  const ranked = [0, 1].map((at) => ({ ...layer, layer: at, order: at + 1 }));

  test("checks values and order against the schema, whatever the manifest says", async () => {
    const lax = { ...layersSchema, order: {}, follow: undefined } as unknown as typeof layersSchema;
    await writeTable(folder, lax, ranked.toReversed(), createProvenance());
    await main(["verify", folder]);
    expect(printed.err).toMatch(
      /a row does not fit table layers: order 2 comes where 1 should[\s\S]*place: row 0/,
    );
    expect(process.exitCode).toBe(1);
  });

  test("checks a table without a manifest by its name, or by --as", async () => {
    const file = tablePath(folder, layersSchema);
    await writeTable(folder, layersSchema, ranked, createProvenance());
    rmSync(`${file}.manifest.json`);
    await main(["verify", file]);
    expect(printed.out).toMatch(/schema +layers 2\n +rows +2\n +manifest +none/);
    renameSync(file, join(folder, "layer.arrow"));
    await main(["verify", join(folder, "layer.arrow")]);
    expect(printed.err).toMatch(
      /missing manifest, and the file name is not that of a table\n.*\n {2}name the table with --as layers, or another of: dataset, /,
    );
    await main(["verify", "--as", "layers", join(folder, "layer.arrow")]);
    expect(printed.out.match(/layers 2/g)).toHaveLength(2);
    await main(["verify", "--as", "plan", join(folder, "layer.arrow")]);
    expect(printed.err).toContain("the file's columns are not those of table plan 2");
  });

  test("does not guess a table from an unrelated name", async () => {
    writeFileSync(join(folder, "d2.arrow"), "");
    await main(["verify", join(folder, "d2.arrow")]);
    expect(printed.err).toContain("name the table with --as, one of: dataset, ");
  });

  test("looks for a missing file in its path, for one with a manifest in its stage", async () => {
    await main(["verify", join(folder, "nosuch.arrow")]);
    expect(printed.err).toMatch(/error there is no such file\n.*nosuch\.arrow\n {2}check the path\n$/);
    printed.err = "";
    rmSync(tablePath(folder, layersSchema));
    await main(["verify", folder]);
    expect(printed.err).toMatch(/error there is no such file\n.*\n {2}run the stage that writes it again\n$/);
  });

  test("suggests the closest table, and lists all", async () => {
    await main(["verify", "--as", "layer", folder]);
    expect(printed.err).toMatch(/no table named layer; did you mean `layers`\?\n {2}tables are dataset, /);
  });

  describe("checks a dataset's tokens against the model, and says if it does not", () => {
    const nano = fileURLToPath(new URL("../../../models/nano", import.meta.url));
    const file = () => join(folder, "dataset.arrow");

    /** Writes a dataset, sealed or not, whose answer has this token, or its own. */
    async function write({ answerToken, sealed = false }: { answerToken?: number; sealed?: boolean } = {}) {
      const { tokenizer } = await openTokenizer(nano);
      const texts = { clean: "9 - 3 =", corrupted: "8 - 3 =", answer: "6", corruptedAnswer: "5" };
      const [answer, corruptedAnswer] = [texts.answer, texts.corruptedAnswer].map(
        (text) => encodePrompt(tokenizer, text).at(-1)!,
      );
      const row = {
        example: 0,
        split: "train" as const,
        kind: "sub",
        ...texts,
        cleanTokens: [...encodePrompt(tokenizer, texts.clean)],
        corruptedTokens: [...encodePrompt(tokenizer, texts.corrupted)],
        answerToken: answerToken ?? answer!,
        corruptedAnswerToken: corruptedAnswer!,
      };
      await writeTable(folder, datasetSchema, [row], createProvenance());
      if (!sealed) rmSync(manifestPath(file()));
    }

    test("that are those of its texts", async () => {
      await write();
      await main(["verify", file()]);
      expect(printed.out).toContain(
        "tokens    not compared with the texts: give the model's folder with --model",
      );
      printed.out = "";
      await main(["verify", "--model", nano, file()]);
      expect(printed.out).toContain(`tokens    those of the texts, by the tokenizer in ${nano}`);
      expect(printed.err).toBe("the dataset has no row in the split circuit\n");
      expect(process.exitCode).toBeUndefined();
    });

    test.each([false, true])("that are not, with a manifest: %s", async (sealed) => {
      await write({ answerToken: 3, sealed });
      await main(["verify", file()]);
      expect(process.exitCode).toBeUndefined();
      await main(["verify", "--model", nano, file()]);
      expect(printed.err).toMatch(
        /error 1 of 1 rows cannot be used\n.*an answer's token is not that of its text: 1\n.*row 0: column answerToken: 3 /,
      );
      expect(process.exitCode).toBe(1);
    });

    test("and no other table's", async () => {
      await main(["verify", "--model", nano, "--as", "layers", folder]);
      expect(printed.err).toContain("--model has no effect on table layers");
    });
  });

  test("says that there is nothing to verify in a folder", async () => {
    const table = tablePath(folder, layersSchema);
    for (const file of [table, manifestPath(table)]) rmSync(file);
    await main(["verify", folder]);
    expect(printed.err).toContain("nothing in this folder is a table (.arrow) or has a manifest");
  });
});
