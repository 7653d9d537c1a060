import { describe, expect, test } from "vitest";
import { renderRef, writtenAt } from "./index.js";
import { inputsOf, repository } from "./testing/repository.ts";

const stages = {
  data: { uses: "data", config: { examples: 10 } },
  plan: { uses: "lora", config: { plans: [{ name: "a" }] } },
  probe: { uses: "train", inputs: { data: "data", plan: "plan" } },
  scores: { uses: "attribute", inputs: { data: "data", plan: "plan", train: "probe" } },
  circuits: { uses: "circuits", inputs: { scores: "scores" } },
};
const sweep = {
  examples: { "stages.data.config.examples": [100, 200] },
  fraction: { "stages.circuits.config.fraction": [0.05, 0.1, 0.2] },
};

describe("a sweep", () => {
  test("makes an experiment for every combination of its axes' values, named after them", () => {
    const { runs, experiment } = repository({ tiny: { stages, sweep } }).read("tiny");
    expect(runs.map(({ name, point }) => [name, point])).toEqual(
      ["100", "200"].flatMap((examples) =>
        ["0-05", "0-1", "0-2"].map((fraction) => {
          const point = `examples-${examples}--fraction-${fraction}`;
          return [`tiny--${point}`, point];
        }),
      ),
    );
    expect(runs[4]!.stages.get("data")!.config).toEqual({ examples: 200 });
    expect(runs[4]!.stages.get("circuits")!.config).toEqual({ fraction: 0.1 });
    expect(experiment.stages.get("data")!.config).toEqual({ examples: 10 });
  });

  test("computes a stage once per value of the axes that it depends on", () => {
    const { all, fileOf, read } = repository({ tiny: { stages, sweep } });
    const homes = read("tiny").runs.map(({ stages: own }) =>
      [...own.values()].map(({ home }) => renderRef(home)),
    );
    expect(homes[4]).toEqual([
      "tiny--examples-200.data",
      "tiny.plan",
      "tiny--examples-200.probe",
      "tiny--examples-200.scores",
      "tiny--examples-200--fraction-0-1.circuits",
    ]);
    expect(new Set(homes.flat()).size).toBe(2 + 1 + 2 + 2 + 6);
    const shared = all.readPoint(fileOf("tiny"), "examples-200");
    expect(shared.name).toBe("tiny--examples-200");
    expect(shared.stages.get("probe")!.section).toEqual(read("tiny").runs[4]!.stages.get("probe")!.section);
    expect(inputsOf(shared.stages.get("probe"))).toEqual({
      data: ["tiny--examples-200.data"],
      plan: ["tiny.plan"],
    });
  });

  test("sets several settings along one axis", () => {
    const task = { "stages.data.config.task": ["add-sub", "mul-div"], "defaults.train.epochs": [2, 6] };
    const { runs } = repository({ tiny: { stages, sweep: { task } } }).read("tiny");
    expect(runs.map(({ name }) => name)).toEqual(["tiny--task-add-sub", "tiny--task-mul-div"]);
    expect(runs.map(({ stages: own }) => own.get("probe")!.config)).toEqual([{ epochs: 2 }, { epochs: 6 }]);
  });

  test("names values that cannot be part of a name by their number", () => {
    const { runs } = repository({
      tiny: { stages, sweep: { seeds: { "stages.probe.config.seeds": [[1], [1, 2]] } } },
    }).read("tiny");
    expect(runs.map(({ name }) => name)).toEqual(["tiny--seeds-1", "tiny--seeds-2"]);
  });

  test("has points that others extend and read, by name only", () => {
    const { stages: of, mistakes } = repository({
      tiny: { stages, sweep },
      heir: { extends: "tiny--examples-100--fraction-0-1", stages: { probe: { config: { epochs: 3 } } } },
      reader: {
        stages: {
          report: {
            uses: "report",
            inputs: { data: "tiny--examples-200--fraction-0-1.data", plan: "tiny.plan" },
          },
        },
      },
      wrong: { extends: "tiny" },
      point: { extends: "tiny--examples-300--fraction-0-1" },
      vague: { stages: { report: { uses: "report", inputs: { data: "tiny.data" } } } },
    });
    expect(Object.values(of("heir")).map(({ home }) => renderRef(home))).toEqual([
      "tiny--examples-100.data",
      "tiny.plan",
      "heir.probe",
      "heir.scores",
      "heir.circuits",
    ]);
    expect(inputsOf(of("reader").report)).toEqual({ data: ["tiny--examples-200.data"], plan: ["tiny.plan"] });
    expect(mistakes("wrong")).toEqual([
      expect.stringMatching(
        /^extends: tiny has a sweep; name one of its points: tiny--examples-100--fraction-0-05, /,
      ),
    ]);
    expect(mistakes("point")).toEqual([
      expect.stringMatching(/has no point "tiny--examples-300--fraction-0-1"; did you mean `tiny--examples-/),
    ]);
    expect(mistakes("vague")).toEqual([
      expect.stringMatching(
        /^stages\.report\.inputs\.data: stage data in tiny is computed at every point of its sweep/,
      ),
    ]);
  });

  test("shares what is unchanged with a parent", () => {
    const { read } = repository({
      parent: { stages },
      tiny: { extends: "parent", sweep: { fraction: sweep.fraction } },
    });
    const home = (stage: string) => read("tiny").runs.map((run) => renderRef(run.stages.get(stage)!.home));
    expect(home("probe")).toEqual(["parent.probe", "parent.probe", "parent.probe"]);
    expect(home("circuits")[2]).toBe("tiny--fraction-0-2.circuits");
  });

  test.each([
    ["no axis", { Rank: 3 }, ["sweep.Rank: expected lower-case", "sweep.Rank: expected an object, not 3"]],
    ["an empty axis", { a: {} }, ["sweep.a: expected a path in the experiment"]],
    [
      "a path elsewhere",
      { a: { extends: ["x"] } },
      ["sweep.a.extends: expected a path that begins with stages"],
    ],
    [
      "no list",
      { a: { "stages.data.config.examples": 3 } },
      ["sweep.a.stages.data.config.examples: expected a list"],
    ],
    [
      "lists that differ in length",
      { a: { seed: [1, 2], model: ["x"] } },
      ["sweep.a.model: the lists of an axis must"],
    ],
    [
      "equal values",
      { a: { seed: [1, 1] } },
      ["sweep.a: two of its values would have the same name: a-1, a-1"],
    ],
    [
      "a stage that is not there",
      { a: { "stages.dta.config.examples": [3] } },
      [
        "sweep.a.stages.dta.config.examples[0]: no stage of this name is inherited, and a new one needs its kind; did you mean `data`?",
      ],
    ],
    [
      "a value of the wrong type",
      { a: { "stages.data.uses": [1] } },
      ["sweep.a.stages.data.uses[0]: 1 is not a kind"],
    ],
    [
      "too many combinations",
      Object.fromEntries(
        ["a", "b", "c"].map((name) => [name, { seed: Array.from({ length: 20 }, (_, i) => i) }]),
      ),
      ["sweep: more than 2000 combinations of values"],
    ],
  ])("is refused with %s", (_, wrong, expected) => {
    expect(repository({ tiny: { stages, sweep: wrong } }).mistakes("tiny")).toEqual(
      expected.map((text) => expect.stringContaining(text)),
    );
  });

  test("has a value's mistakes named in its list", () => {
    const { runs } = repository({ tiny: { stages, sweep } }).read("tiny");
    const written = (path: string[]) => writtenAt(runs[4]!.stages.get("circuits")!, path).place;
    expect(written(["config", "fraction"])).toBe("sweep.fraction.stages.circuits.config.fraction[1]");
    expect(written(["config", "steps"])).toBe("stages.circuits.config.steps");
  });
});
