import { describe, expect, test } from "vitest";
import { Experiments, renderRef } from "./index.js";
import { inputsOf, repository } from "./testing/repository.ts";

const chain = {
  data: { uses: "data", config: { examples: 10 } },
  plan: { uses: "lora" },
  probe: { uses: "train", inputs: { data: "data", plan: ["plan"] }, config: { epochs: 1 } },
};

/** The mistakes of an experiment with these contents. */
const mistakes = (content: unknown) => repository({ tiny: content }).mistakes("tiny");

describe("an experiment", () => {
  test("has the name of its folder, and defaults for all that it leaves out", () => {
    const { read, fileOf } = repository({ tiny: { stages: { data: { uses: "data" } } } });
    const { name, experiment, runs } = read("tiny");
    expect(experiment).toMatchObject({
      name: "tiny",
      file: fileOf("tiny"),
      point: "",
      model: "models/nano",
      seed: 1,
    });
    expect(experiment.description).toBe("");
    expect([name, runs]).toEqual(["tiny", [experiment]]);
  });

  test("has its own tags, not those of the experiment that it extends", () => {
    const { read } = repository({
      parent: { tags: ["paper", "quick"], stages: { data: { uses: "data" } } },
      child: { extends: "parent" },
      tagged: { extends: "parent", tags: ["paper"] },
    });
    const tags = ["parent", "child", "tagged"].map((name) => read(name).experiment.tags);
    expect(tags).toEqual([["paper", "quick"], [], ["paper"]]);
  });

  test("has stages that list what they read, and a section with everything that determines them", () => {
    const stages = repository({ tiny: { model: "m", seed: 3, stages: chain } }).stages("tiny");
    expect(Object.keys(stages)).toEqual(["data", "plan", "probe"]);
    expect(inputsOf(stages.probe)).toEqual({ data: ["tiny.data"], plan: ["tiny.plan"] });
    expect(renderRef(stages.probe!.home)).toBe("tiny.probe");
    expect(stages.probe!.section).toEqual({
      uses: "train",
      model: "m",
      seed: 3,
      inputs: { data: ["tiny.data"], plan: ["tiny.plan"] },
      config: { epochs: 1 },
    });
  });

  test("is read wherever it is, even outside a repository", () => {
    const { root } = repository({ tiny: { stages: chain } });
    expect(new Experiments().read(`${root}/experiments/tiny/../tiny/experiment.json`).name).toBe("tiny");
  });

  test("may read the stages of another, which are then computed there", () => {
    const stages = repository({
      first: { stages: chain },
      second: {
        stages: { report: { uses: "report", inputs: { data: "first.data", train: ["first.probe"] } } },
      },
    }).stages("second");
    expect(inputsOf(stages.report)).toEqual({ data: ["first.data"], train: ["first.probe"] });
  });

  test("may read all stages whose names match a pattern and that write what an input needs", () => {
    const { stages } = repository({
      tiny: {
        stages: {
          ...chain,
          "probe-2": { ...chain.probe, inputs: { data: "data", plan: "p*n" } },
          report: { uses: "report", inputs: { data: "data", plan: "*", train: "probe-*" } },
        },
      },
    });
    expect(inputsOf(stages("tiny").report)).toEqual({
      data: ["tiny.data"],
      plan: ["tiny.plan"],
      train: ["tiny.probe-2"],
    });
    expect(inputsOf(stages("tiny")["probe-2"])).toMatchObject({ plan: ["tiny.plan"] });
    const none = { ...chain, report: { uses: "report", inputs: { data: "*", train: "probes*" } } };
    expect(mistakes({ stages: none })).toEqual([
      'stages.report.inputs.train: no stage that fits this input is called "probes*"',
    ]);
  });
});

describe("mistakes are listed all at once, each with its place and a suggestion", () => {
  test("in keys, types and names", () => {
    const stages = {
      Data: { uses: "data" },
      probe: { uses: "trian", input: {}, inputs: { data: 5, Plan: "x" }, run: " " },
      circuits: { uses: "circuits", fraction: 0.1 },
    };
    expect(
      mistakes({
        ...{ seeed: 3, model: 7, seed: 0.5, extends: "Other", tags: ["Paper"] },
        defaults: { trian: {}, data: 3 },
        stages,
      }),
    ).toEqual([
      "seeed: unknown key; did you mean `seed`?",
      'tags: expected a list of names, not ["Paper"]',
      'extends: expected the name of another experiment, not "Other"',
      "model: expected the folder of the base model, not 7",
      "seed: expected a whole number of 32 bits, not 0.5",
      'defaults.trian: "trian" is not a kind of stage; did you mean `train`?',
      "defaults.data: expected an object, not 3",
      "stages.Data: expected lower-case letters and digits, with single hyphens between them, at most 100 characters",
      "stages.probe.input: unknown key; did you mean `inputs`?",
      'stages.probe.uses: "trian" is not a kind of stage; did you mean `train`?',
      "stages.probe.inputs.data: expected the name of a stage or a list of such names, not 5",
      "stages.probe.inputs.Plan: expected lower-case letters and digits, with single hyphens between them, at most 100 characters",
      'stages.probe.run: expected a command, not " "',
      "stages.circuits.fraction: unknown key; known: uses, inputs, config, run; settings of a kind of stage are in `config`",
    ]);
  });

  test("but a stage that is left out because of its mistakes is not reported as missing", () => {
    const stages = { ...chain, data: { uses: "dta" }, third: { uses: "data", inputs: { data: "plan" } } };
    expect(mistakes({ stages })).toEqual([
      'stages.data.uses: "dta" is not a kind of stage; did you mean `data`?',
      "stages.third.inputs.data: a data stage has no such input; it reads none",
    ]);
  });

  test("in what stages read", () => {
    const stages = {
      ...chain,
      second: { uses: "train", inputs: { data: ["probe", "data"], pln: "plan" } },
      scores: {
        uses: "attribute",
        inputs: { data: "data", plan: ["plan", "plan"], train: ["probe", "third"] },
      },
      third: { uses: "train", inputs: { data: "dta", plan: "other.plan" } },
      fourth: { uses: "data", inputs: { data: "tiny.data" } },
      fifth: { uses: "report", inputs: { data: "whatever" } },
    };
    expect(mistakes({ stages })).toEqual([
      "stages.second.inputs.data: stage probe (train) does not write what this input needs: dataset",
      "stages.second.inputs.pln: a train stage has no such input; did you mean `plan`?",
      "stages.second.inputs.plan: missing: the stage that is read in this role",
      "stages.scores.inputs.train: this input takes one stage, not 2: probe, third",
      'stages.third.inputs.data: there is no stage "dta"; did you mean `data`?',
      'stages.third.inputs.plan: there is no experiment "other"; experiments: tiny',
      "stages.fourth.inputs.data: a data stage has no such input; it reads none",
      'stages.fifth.inputs.data: there is no stage "whatever"; stages: data, plan, probe, second, scores, third, fourth, fifth',
    ]);
  });

  test("of a stage replaced by a command only the names of stages are checked", () => {
    const run = { uses: "train", run: "python train.py", inputs: { anything: "data", data: "nothing" } };
    expect(mistakes({ stages: { ...chain, run } })).toEqual([
      'stages.run.inputs.data: there is no stage "nothing"; stages: data, plan, probe, run',
    ]);
  });

  test.each([
    ['{"stages": }', /^line 1, column 12: the experiment is not JSON: value expected/],
    ['{"stages": {}, "stages": {}}', /same key twice/],
    [`{"a": ${"[".repeat(3000)}${"]".repeat(3000)}}`, /nested more than 200 levels/],
    [Buffer.from('{"a": "\u00e4"}', "latin1"), /not UTF-8/],
    ['{"model": "a\\u0000b", "stages": {"data": {"uses": "data"}}}', /^model: must not hold a NUL character/],
    [`{"model": "${"a".repeat(1001)}"}`, /^model: a path has at most 1000 characters/],
    [`{"stages": {"${"a".repeat(5000)}": {"uses": "data"}}}`, /^stages\.a{100}: .* at most 100 char/],
    ['{"stages": {"__proto__": {"uses": "data"}}}', /^stages\.__proto__: unknown key/],
    [
      '{"stages": {"data": {"uses": "data", "config": {"a": [{"__proto__": 1}]}}}}',
      /config\.a\.0\.__proto__: unknown/,
    ],
    ['{"stages": {"data": {"uses": "constructor"}}}', /^stages\.data\.uses: "constructor" is not a kind/],
    [
      '{"stages": {"data": {"uses": "data", "inputs": {"constructor": "b"}}, "b": {"uses": "data"}}}',
      /inputs\.constructor: a data stage has no/,
    ],
    ['{"stages": {"a": {"uses": "report", "inputs": {"data": "toString"}}}}', /there is no stage "toString"/],
    ['{"stages": {}}', /^stages: expected at least one stage/],
    ['{"stages": {"data": {}}}', /^stages\.data\.uses: missing/],
    ['{"stages": {"data": null}}', /^stages\.data: there is no inherited stage to leave out/],
    ["{}", /^stages: expected at least one stage/],
    ["[]", /^expected an object, not \[\]/],
    ["null", /^expected an object, not null/],
  ])("in a file that is %s", (text, reason) => {
    expect(mistakes(text)).toEqual([expect.stringMatching(reason)]);
  });

  test.each(["\u00fcber-1", "My.Runs", "tiny--1"])(
    "in the name of a folder, which Nx would refuse: %s",
    (name) => {
      expect(repository({ [name]: { stages: chain } }).mistakes(name)).toEqual([
        `folder name "${name}": expected lower-case letters and digits, with single hyphens between them, at most 100 characters`,
      ]);
    },
  );

  test("in a file that is not there", () => {
    expect(repository({}).refusal("tiny")).toContain("there is no such file\n  file: tiny/experiment.json");
  });
});

describe("circular dependencies", () => {
  const plan = (...circuits: string[]) => ({
    uses: "lora",
    run: "true",
    inputs: circuits.length > 0 ? { circuits } : {},
  });

  test("are named stage by stage, each cycle once", () => {
    expect(
      mistakes({ stages: { a: plan("b"), b: plan("c"), c: plan("b"), d: plan("d"), e: plan("a", "b") } }),
    ).toEqual([
      "stages.b.inputs: circular dependency between stages: b -> c -> b",
      "stages.d.inputs: circular dependency between stages: d -> d",
    ]);
  });

  test("are named through other experiments as well", () => {
    const { mistakes } = repository({
      one: { stages: { a: plan("two.b") } },
      two: { stages: { b: plan("one.a"), c: plan() } },
    });
    expect(mistakes("one")).toEqual(["stages.a.inputs: circular dependency between stages: a -> two.b -> a"]);
    expect(mistakes("two")).toEqual([
      "stages.b.inputs: circular dependency between stages: one.a -> b -> one.a",
    ]);
  });

  test("do not hide that another experiment's stage does not write what an input needs", () => {
    const { mistakes } = repository({
      one: { stages: { a: { ...plan("two.data"), run: undefined } } },
      two: { stages: { data: { uses: "data" } } },
    });
    expect(mistakes("one")).toEqual([
      "stages.a.inputs.circuits: stage two.data (data) does not write what this input needs: circuits, changes",
    ]);
  });

  test("do not arise if experiments read different stages of each other", () => {
    const { stages } = repository({
      one: { stages: { a: plan("two.b"), b: plan() } },
      two: { stages: { a: plan("one.a"), b: plan("one.b") } },
    });
    expect(inputsOf(stages("two").a)).toEqual({ circuits: ["one.a"] });
  });
});

describe("time is linear in the number of stages", () => {
  const many = (next: (i: number) => number) =>
    Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => {
        const inputs = next(i) >= 0 && next(i) < 5000 ? { circuits: `s${next(i)}` } : {};
        return [`s${i}`, { uses: "lora", run: "true", inputs }];
      }),
    );

  test("in a chain of 5,000, in either direction, or a circle of as many", () => {
    expect(repository({ tiny: { stages: many((i) => i - 1) } }).read("tiny").experiment.stages.size).toBe(
      5000,
    );
    expect(repository({ tiny: { stages: many((i) => i + 1) } }).read("tiny").experiment.stages.size).toBe(
      5000,
    );
    expect(mistakes({ stages: many((i) => (i + 1) % 5000) })).toEqual([
      expect.stringMatching(/circular dependency between stages: s0 -> s1 -> .* -> \.\.\. -> s0$/),
    ]);
  });

  test("with 20,000 mistakes, of which a message lists the first and counts the others", {
    timeout: 20_000,
  }, () => {
    const bad = Array.from({ length: 20_000 }, (_, i) => [`Stage-${i}`, { uses: "data" }]);
    const unknown = Array.from({ length: 20_000 }, (_, i) => [
      `stage-${i}`,
      { uses: "report", inputs: { data: `no-${i}` } },
    ]);
    for (const stages of [bad, unknown]) {
      const message = repository({ tiny: { stages: Object.fromEntries(stages) } }).refusal("tiny");
      expect(message.split("\n").length).toBeLessThanOrEqual(20);
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
      expect(message).toMatch(
        /^the experiment has 20,000 mistakes\n[\s\S]*\n {2}- \.\.\. and 19,986 more\n {2}file: /,
      );
    }
  });
});

test("names of Object.prototype are names like any other", () => {
  const stages = {
    constructor: { uses: "data" },
    toString: { uses: "report", inputs: { data: "constructor" } },
  };
  const { experiment } = repository({ tiny: { stages: { constructor: stages.constructor } } }).read("tiny");
  expect([...experiment.stages.keys()]).toEqual(["constructor"]);
  expect(mistakes({ stages })).toEqual([expect.stringMatching(/^stages\.toString: expected lower-case/)]);
});
