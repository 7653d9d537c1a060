import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeProblems, parseExperiment } from "./experiment.mjs";

const good = {
  description: "two stages",
  model: "models/nano",
  seed: 1,
  stages: {
    data: { uses: "data", config: { task: "add-sub", files: ["a.csv"] } },
    probe: { uses: "train", inputs: { data: "data", plan: ["data"] }, run: "python 'my train.py' --out=x" },
  },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ft-experiment-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the plugin takes from a file with this text. */
function parse(name: string, text: string | Uint8Array): ReturnType<typeof parseExperiment> {
  writeFileSync(join(folder, "experiment.json"), text);
  return parseExperiment(name, join(folder, "experiment.json"));
}

/** The problems of the good experiment after `change`. */
function problemsAfter(
  change: (experiment: ReturnType<typeof structuredClone<typeof good>>) => void,
): string[] {
  const experiment = structuredClone(good);
  change(experiment);
  return parse("tiny", JSON.stringify(experiment)).problems ?? [];
}

describe("parseExperiment", () => {
  it("keeps what the graph is made of", () => {
    expect(parse("tiny", JSON.stringify(good)).experiment).toEqual({
      model: "models/nano",
      seed: 1,
      stages: [
        {
          name: "data",
          uses: "data",
          inputs: [],
          outside: false,
          section: good.stages.data,
        },
        {
          name: "probe",
          uses: "train",
          inputs: ["data"],
          outside: true,
          section: good.stages.probe,
        },
      ],
    });
  });

  it("takes the embedded base model where none is named", () => {
    const { model: _, ...rest } = good;
    expect(parse("tiny", JSON.stringify(rest)).experiment?.model).toBe("models/nano");
  });

  it("says where a file stops being JSON", () => {
    const { problems } = parse("tiny", '{ "model": "m", ');
    expect(problems).toHaveLength(1);
    expect(problems?.[0]).toMatch(/^line 1, column \d+: the experiment is not JSON/);
  });

  it.each(["[]", "null", "3"])("refuses %s, which is no object", (text) => {
    expect(parse("tiny", text).problems).toEqual(["not a JSON object"]);
  });

  it("names every problem with its place", () => {
    const text =
      '{ "model": 3, "stages": { "a.b": { "uses": "dat" }, "c": { "uses": "data", "run": " " } } }';
    expect(parse("My.Runs", text).problems).toEqual([
      'folder name "My.Runs": expected lower-case letters and digits, with single hyphens between them, at most 100 characters',
      "model: expected the folder of the base model, a path of at most 1000 characters, not 3",
      "stages.a.b: expected lower-case letters and digits, with single hyphens between them, at most 100 characters",
      'stages.a.b.uses: expected one of data, lora, train, attribute, circuits, evaluate, report, not "dat"',
      "stages.c.run: expected a command as a string",
    ]);
  });

  it("refuses an experiment without stages", () => {
    expect(problemsAfter((experiment) => Object.assign(experiment, { stages: {} }))).toEqual([
      "stages: expected an object with at least one stage",
    ]);
  });

  it("refuses an input that no stage makes", () => {
    expect(
      problemsAfter((experiment) => Object.assign(experiment.stages.probe.inputs, { plan: "plans" })),
    ).toEqual(['stages.probe.inputs: there is no stage "plans"; stages: data, probe']);
  });

  it("refuses inputs that are no names", () => {
    expect(
      problemsAfter((experiment) => Object.assign(experiment.stages.probe, { inputs: { data: 3 } })),
    ).toEqual(["stages.probe.inputs: expected roles, each with the name of a stage or a list of such names"]);
  });

  it("refuses a circular dependency", () => {
    expect(
      problemsAfter((experiment) => Object.assign(experiment.stages.data, { inputs: { train: "probe" } })),
    ).toEqual(["stages: data, probe are part of a circular dependency, or depend on one"]);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ["a key that occurs twice", '{"stages": {}, "stages": {}}', /same key twice/],
    ["3,000 levels", `{"a": ${"[".repeat(3000)}${"]".repeat(3000)}}`, /nested more than 200 levels/],
    ["Latin-1", Buffer.from('{"a": "\u00e4"}', "latin1"), /not UTF-8/],
    ["a NUL in the model", '{"model": "a\\u0000b", "stages": {"data": {"uses": "data"}}}', /^model: /],
    ["a name of 5,000 letters", `{"stages": {"${"a".repeat(5000)}": {"uses": "data"}}}`, /at most 100 char/],
    ["a stage __proto__", '{"stages": {"__proto__": {"uses": "data"}}}', /^stages\.__proto__: /],
    ["a kind constructor", '{"stages": {"data": {"uses": "constructor"}}}', /^stages\.data\.uses: /],
    [
      "an input toString",
      '{"stages": {"data": {"uses": "data", "inputs": {"a": "toString"}}}}',
      /"toString"/,
    ],
  ])("refuses %s with its reason", (_, text, reason) => {
    const { problems } = parse("tiny", text);
    expect(problems).toEqual([expect.stringMatching(reason)]);
  });

  it("takes a name of Object.prototype for a name like any other", () => {
    const stages = {
      constructor: { uses: "data" },
      report: { uses: "report", inputs: { data: "constructor" } },
    };
    expect(parse("tiny", JSON.stringify({ stages })).problems).toBeUndefined();
  });

  it("follows a chain of 5,000 stages in either direction, and names a circle of as many", () => {
    const chain = (next: (i: number) => number) =>
      Object.fromEntries(
        Array.from({ length: 5000 }, (_, i) => [
          `s${i}`,
          { uses: "lora", inputs: next(i) >= 0 && next(i) < 5000 ? { circuits: `s${next(i)}` } : {} },
        ]),
      );
    const problemsOf = (stages: object) => parse("tiny", JSON.stringify({ stages })).problems;
    expect(problemsOf(chain((i) => i - 1))).toBeUndefined();
    expect(problemsOf(chain((i) => i + 1))).toBeUndefined();
    expect(problemsOf(chain((i) => (i + 1) % 5000))).toHaveLength(1);
  });
});

describe("describeProblems", () => {
  it("keeps a message short, however many problems there are", () => {
    const message = describeProblems(
      Array.from({ length: 20_000 }, (_, i) => `stages.S${i}: bad`),
      "a.json",
    );
    expect(message.split("\n").length).toBeLessThanOrEqual(20);
    expect(message).toMatch(/^no task graph .*\n {2}- stages\.S0: bad\n.*more lines\n {2}file: a\.json$/s);
  });
});
