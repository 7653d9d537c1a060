import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { checkExperiment } from "./check-experiment.ts";
import { findExperiment } from "./find-experiment.ts";

const schemas = {
  data: z.strictObject({
    task: z.enum(["add-sub", "lcm"]).default("add-sub"),
    examples: z.int().default(10),
  }),
  train: z.strictObject({ epochs: z.number(), learningRates: z.array(z.number()).default([]) }),
};

describe("an experiment", () => {
  let root: string;
  let file: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ft-check-"));
    writeFileSync(join(root, "nx.json"), "{}");
    mkdirSync(join(root, "experiments/mine"), { recursive: true });
    file = join(root, "experiments/mine/experiment.json");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (content: unknown) =>
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));

  async function mistakes(content: unknown): Promise<string> {
    write(content);
    const error = await checkExperiment(file, schemas).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }

  test("without mistakes is given back with its name", async () => {
    write({
      stages: {
        data: { uses: "data" },
        probe: { uses: "train", inputs: { data: "data" }, config: { epochs: 2 } },
      },
    });
    expect(await checkExperiment(file, schemas)).toMatchObject({ name: "mine", file });
  });

  test("has references to stages that are not there told together with other mistakes", async () => {
    const message = await mistakes({
      sed: 1,
      stages: { data: { uses: "data" }, probe: { uses: "train", inputs: { data: "dat" }, config: {} } },
    });
    for (const expected of [
      /sed: unknown key/,
      /config\.epochs/,
      /inputs\.data: there is no stage "dat".*data/,
    ]) {
      expect(message).toMatch(expected);
    }
  });

  test("may configure an outside command as that command likes", async () => {
    write({ stages: { data: { uses: "data", run: "python mine.py", config: { anything: [1] } } } });
    expect(await checkExperiment(file, schemas)).toMatchObject({ name: "mine" });
  });

  test("has every mistake told, in the envelope and in the configurations, with its place and what was meant", async () => {
    const message = await mistakes({
      modle: "models/nano",
      stages: {
        data: { uses: "data", config: { task: "add-sup", exampels: 5 } },
        probe: { uses: "trian" },
        again: { uses: "train", input: {}, config: { learningRates: [1, "2"] } },
      },
    });
    for (const expected of [
      /modle: unknown key.*model/,
      /stages\.data\.config\.task: "add-sup".*add-sub/,
      /stages\.data\.config\.exampels: unknown key.*examples/,
      /stages\.probe\.uses: "trian".*train/,
      /stages\.again\.input: unknown key.*inputs/,
      /stages\.again\.config\.epochs: missing/,
      /stages\.again\.config\.learningRates\[1\]/,
    ])
      expect(message).toMatch(expected);
    expect(message).toContain(file);
  });

  test("has files to import that are not in its folder, each with its place", async () => {
    writeFileSync(join(root, "experiments/mine/pairs.csv"), "");
    mkdirSync(join(root, "experiments/mine/folder"));
    const data = (files: unknown) => ({ uses: "data", config: { import: files } });
    const message = await mistakes({
      stages: {
        here: data({ all: "pairs.csv" }),
        absolute: data({ all: join(root, "experiments/mine/pairs.csv") }),
        elsewhere: data({ train: "experiments/mine/pairs.csv", circuit: ["pairs.csv", "folder"] }),
        outside: { ...data({ all: "none.csv" }), run: "true" },
      },
    });
    expect(message.match(/there is no file .*/g)).toEqual([
      expect.stringContaining('"folder"'),
      expect.stringContaining('"experiments/mine/pairs.csv"'),
    ]);
    expect(message).toContain("stages.elsewhere.config.import.circuit[1]: there is no file");
    expect(message).toContain("stages.elsewhere.config.import.train: there is no file");
  });

  test("has stages that do not exist told", async () => {
    const message = await mistakes({ stages: { data: { uses: "data", inputs: { a: "dat" } } } });
    expect(message).toMatch(/stages\.data\.inputs\.a: there is no stage "dat".*data/);
  });

  test.each(["{", "null", "[]", '{"stages": 3}', '{"stages": {"data": null}}', "{}"])(
    "is refused as %s",
    async (text) => {
      expect(await mistakes(text)).toContain(file);
    },
  );
});

describe("findExperiment", () => {
  const root = mkdtempSync(join(tmpdir(), "ft-find-"));
  const file = join(root, "experiments/add-sub-100/experiment.json");
  writeFileSync(join(root, "nx.json"), "{}");
  mkdirSync(join(root, "experiments/add-sub-100"), { recursive: true });
  mkdirSync(join(root, "packages"));
  writeFileSync(file, "{}");

  test.each([
    ["add-sub-100", root],
    ["add-sub-100", join(root, "packages")],
    ["experiments/add-sub-100", root],
    ["experiment.json", join(root, "experiments/add-sub-100")],
    [file, tmpdir()],
  ])("finds %s", (given, from) => {
    expect(findExperiment(given, from)).toBe(file);
  });

  test("suggests the name that was meant", () => {
    expect(() => findExperiment("add-sub-10", root)).toThrow(/no experiment "add-sub-10".*add-sub-100/);
  });
});
