import { parseConfig } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { configSchema } from "./config.ts";

const parse = (config: unknown) => parseConfig(configSchema, config, { place: "stages.data.config" });

test("an empty configuration is add-sub within 100, with validation and test splits besides those of the paper", () => {
  expect(parse({})).toEqual({
    task: "add-sub",
    options: { within: 100 },
    examples: 6_250,
    split: { circuit: 0.08, validation: 0.08, test: 0.16 },
    form: "same",
    join: "space",
    corruptedAnswerToken: "optional",
  });
});

test("defaults are the task's and depend on its options", () => {
  expect(parse({ task: "mul-div" })).toMatchObject({
    examples: 3_500,
    split: { circuit: 0.12, validation: 0.15, test: 0.3 },
    corruptedAnswerToken: "required",
  });
  expect(parse({ task: "add-sub", options: { within: 300 } })).toMatchObject({ split: { circuit: 0.16 } });
  expect(parse({ task: "composition", options: { part: "mul-div" } })).toMatchObject({
    examples: 1_000,
    split: { circuit: 0.2, validation: 0.05, test: 0 },
  });
  expect(parse({ split: { test: 0 } })).toMatchObject({
    split: { circuit: 0.08, validation: 0.08, test: 0 },
  });
});

test("an import has the keys that concern files only", () => {
  expect(parse({ import: { train: "a.csv", circuit: "b.csv" } })).toEqual({
    import: { train: "a.csv", circuit: "b.csv", unusable: "error", repeated: "error" },
    split: { validation: 0.05, test: 0 },
    form: "same",
    join: "space",
    corruptedAnswerToken: "optional",
  });
});

test("files under `all` are divided by `split`", () => {
  expect(parse({ import: { all: ["a.csv", "b.jsonl"] } })).toMatchObject({
    split: { circuit: 0.2, validation: 0.05 },
  });
  expect(parse({ import: { all: "a.csv" }, split: { circuit: 0.5 } })).toMatchObject({
    split: { circuit: 0.5 },
  });
});

describe("mistakes are reported with their path, all at once", () => {
  test.each([
    [{ tusk: "lcm" }, "stages.data.config.tusk: unknown key; did you mean `task`?"],
    [{ task: "addsub" }, 'stages.data.config.task: "addsub" is not known; did you mean `add-sub`?'],
    [
      { options: { withn: 100 } },
      "stages.data.config.options: task `add-sub` has no option `withn`; did you mean `within`?",
    ],
    [{ task: "lcm", options: { within: 1 } }, "task `lcm` has no option `within`; it has none"],
    [{ options: { within: 1 } }, "stages.data.config.options.within: "],
    [{ examples: 0 }, "stages.data.config.examples: "],
    [{ split: { circuit: 0.5, validation: 0.5 } }, "stages.data.config.split: nothing is left to train on"],
    [{ task: "lcm", split: { validation: 0.8 } }, "stages.data.config.split: nothing is left to train on"],
    [
      { import: {} },
      "stages.data.config.import: name a file as `all`, or at least one as `train` or `circuit`",
    ],
    [
      { import: { all: "a.csv", train: "b.csv" } },
      "stages.data.config.import: `all` is shared out by `split`",
    ],
    [{ import: { circuit: "a.csv" }, task: "lcm" }, "stages.data.config.task: cannot be given together with"],
    [
      { import: { circuit: "a.csv" }, split: { circuit: 0.2 } },
      "stages.data.config.split.circuit: the files decide, one per split",
    ],
    [
      { import: { all: "a.csv" }, split: { circuit: 0.9, validation: 0.1 } },
      "stages.data.config.split: nothing is left to train on",
    ],
  ])("%j", (config, problem) => {
    expect(() => parse(config)).toThrow(problem);
  });

  test("two at once", () => {
    expect(() => parse({ options: { within: "x", wthin: 3 } })).toThrow(
      /2 mistakes.*options\.within.*`wthin`/s,
    );
  });
});
