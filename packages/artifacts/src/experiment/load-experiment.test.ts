import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorOf } from "../testing/error-of.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { stageReferences } from "./experiment.ts";
import { loadExperiment } from "./load-experiment.ts";
import { referenceProblems } from "./references.ts";
import { repositoryRoot } from "./repository-root.ts";

/** Writes experiments/tiny/experiment.json. */
function write(contents: unknown): string {
  const folder = join(temporaryFolder(), "experiments", "tiny");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "experiment.json");
  writeFileSync(file, typeof contents === "string" ? contents : JSON.stringify(contents));
  return file;
}

function problem(contents: unknown): string {
  const error = errorOf(() => loadExperiment(write(contents))) as Error;
  expect(error.name).toBe("UserError");
  expect(error.message).toContain("experiments/tiny/experiment.json");
  return error.message;
}

const chain = {
  data: { uses: "data" },
  plan: { uses: "lora", config: { plans: [] } },
  train: { uses: "train", inputs: { data: "data", plan: ["plan"] } },
};

test("an experiment has the name of its folder, and defaults for all that it leaves out", () => {
  const file = write({ stages: { data: { uses: "data" } } });
  expect(loadExperiment(file)).toEqual({
    name: "tiny",
    file,
    description: "",
    model: "models/nano",
    seed: 1,
    stages: { data: { uses: "data", inputs: {}, config: {} } },
  });
});

test("a stage's references are found whether one or several play a role", () => {
  const { stages } = loadExperiment(write({ stages: chain }));
  expect(stageReferences(stages.train!)).toEqual(["data", "plan"]);
});

test("every mistake in the envelope is listed at once", () => {
  const message = problem({
    seeed: 3,
    model: 7,
    stages: { Data: { uses: "data" }, train: { uses: "train", input: {}, inputs: { data: 5 }, run: "" } },
  });
  expect(message).toContain("the configuration has 6 mistakes");
  expect(message).toContain("- seeed: unknown key; did you mean `seed`?");
  expect(message).toContain("- model: 7 is not of type string");
  expect(message).toContain("- stages.Data: a name has lower-case letters and digits");
  expect(message).toContain("- stages.train.input: unknown key; did you mean `inputs`?");
  expect(message).toContain("- stages.train.inputs.data: ");
  expect(message).toContain("- stages.train.run: ");
});

test("a stage that is not there is named, with the nearest one that is", () => {
  const message = problem({
    stages: { ...chain, report: { uses: "report", inputs: { train: ["trian", "data"], data: "x" } } },
  });
  expect(message).toContain("the configuration has 2 mistakes");
  expect(message).toContain('- stages.report.inputs.train: there is no stage "trian"; did you mean `train`?');
  expect(message).toContain(
    '- stages.report.inputs.data: there is no stage "x"; stages: data, plan, train, report',
  );
});

test("a circular dependency is named stage by stage, each circle once", () => {
  const stage = (...inputs: string[]) => ({ uses: "lora", inputs: { circuits: inputs } });
  const message = problem({
    stages: { a: stage("b"), b: stage("c"), c: stage("b"), d: stage("d"), e: stage("a", "b") },
  });
  expect(message).toContain("2 mistakes");
  expect(message).toContain("circular dependency between stages: b -> c -> b");
  expect(message).toContain("circular dependency between stages: d -> d");
});

test("what is not JSON, or not there, is said to be so", () => {
  expect(problem('{"stages": }')).toMatch(
    /the experiment is not JSON: value expected\n.*\n {2}place: line 1, column 12/,
  );
  expect(() => loadExperiment("/nowhere/experiment.json")).toThrow("there is no such file");
});

test("the repository's root is the nearest folder above that holds nx.json", () => {
  const root = temporaryFolder();
  mkdirSync(join(root, "experiments", "tiny"), { recursive: true });
  expect(() => repositoryRoot(join(root, "experiments"))).toThrow("no folder above this path holds nx.json");
  writeFileSync(join(root, "nx.json"), "{}");
  expect(repositoryRoot(join(root, "experiments", "tiny", "experiment.json"))).toBe(root);
});

test("a chain of 5,000 stages is followed in either direction, and a circle of as many is named", () => {
  const chain = (next: (i: number) => number) =>
    Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => {
        const circuits = next(i) >= 0 && next(i) < 5000 ? [`s${next(i)}`] : [];
        return [`s${i}`, { inputs: { circuits } }];
      }),
    );
  expect(referenceProblems({ stages: chain((i) => i - 1) })).toEqual([]);
  expect(referenceProblems({ stages: chain((i) => i + 1) })).toEqual([]);
  expect(referenceProblems({ stages: chain((i) => (i + 1) % 5000) })).toEqual([
    expect.stringMatching(/circular dependency between stages: s0 -> s1 -> .* -> \.\.\. -> s0$/),
  ]);
});

test("names of Object.prototype are names like any other", () => {
  const { stages } = loadExperiment(write({ stages: { constructor: { uses: "data" } } }));
  expect(Object.entries(stages)).toEqual([["constructor", { uses: "data", inputs: {}, config: {} }]]);
  const reference = { uses: "data", inputs: { x: "constructor" } };
  expect(problem({ stages: { data: reference } })).toContain('there is no stage "constructor"');
  expect(problem('{"stages": {"__proto__": {"uses": "data"}}}')).toMatch(
    /unknown key\n.*\n.*stages\.__proto__/,
  );
  expect(problem('{"stages": {"data": {"uses": "data", "config": {"__proto__": 1}}}}')).toMatch(
    /unknown key/,
  );
});

test("an experiment without stages, or with a text that no system takes, is refused", () => {
  expect(problem({ stages: {} })).toContain("stages: expected at least one stage");
  expect(problem({ model: "a\0b", stages: { data: { uses: "data" } } })).toContain(
    "must not hold a NUL character",
  );
  expect(problem({ stages: { ["a".repeat(5000)]: { uses: "data" } } })).toContain("at most 100 characters");
});
