import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Stage, writtenAt } from "./index.js";
import { inputsOf, repository } from "./testing/repository.ts";

const parent = {
  model: "models/small",
  seed: 3,
  defaults: { train: { epochs: 2, warmUp: 5 } },
  stages: {
    data: { uses: "data", config: { examples: 10, import: { all: "pairs.csv" } } },
    plan: { uses: "lora", config: { plans: [{ name: "a" }, { name: "b" }] } },
    probe: { uses: "train", inputs: { data: "data", plan: "plan" }, config: { epochs: 4, seeds: [1, 2] } },
    report: { uses: "report", inputs: { data: "data", train: ["probe"] } },
  },
};

/** A child of it with these contents. */
const child = (content: object) => repository({ parent, child: { extends: "parent", ...content } });

/** Where the stages of an experiment are computed. */
const homes = (stages: Record<string, Stage>) =>
  Object.fromEntries(Object.values(stages).map(({ name, home }) => [name, home.experiment]));

describe("an experiment that extends another", () => {
  test("shares all of its stages by default", () => {
    const { read, stages } = child({ description: "the same" });
    expect(read("child").experiment).toMatchObject({
      model: "models/small",
      seed: 3,
      description: "the same",
    });
    expect(homes(stages("child"))).toEqual({
      data: "parent",
      plan: "parent",
      probe: "parent",
      report: "parent",
    });
    expect(stages("child").report!.section.inputs).toEqual(stages("parent").report!.section.inputs);
  });

  test("computes what it changes and all that reads it, and shares the rest", () => {
    const { stages } = child({ stages: { probe: { config: { epochs: 6 } } } });
    expect(homes(stages("child"))).toEqual({
      data: "parent",
      plan: "parent",
      probe: "child",
      report: "child",
    });
    expect(inputsOf(stages("child").report)).toEqual({ data: ["parent.data"], train: ["child.probe"] });
    expect(stages("child").probe!.config).toEqual({ epochs: 6, warmUp: 5, seeds: [1, 2] });
  });

  test("shares a stage that it repeats unchanged", () => {
    const { stages } = child({ stages: { probe: { inputs: { plan: ["plan"] }, config: { epochs: 4 } } } });
    expect(homes(stages("child")).probe).toBe("parent");
  });

  test.each([{ seed: 4 }, { model: "models/large" }])("shares nothing with another %j", (content) => {
    const { stages } = child(content);
    expect(new Set(Object.values(homes(stages("child"))))).toEqual(new Set(["child"]));
  });

  test("merges objects and replaces lists and single values", () => {
    const config = { import: { unusable: "drop" }, examples: 20 };
    const { stages } = child({
      stages: {
        data: { config },
        probe: { config: { seeds: [3] } },
        report: { inputs: { train: "probe", data: "data" } },
      },
    });
    expect(stages("child").data!.config).toEqual({
      examples: 20,
      import: { all: "../parent/pairs.csv", unusable: "drop" },
    });
    expect(stages("child").probe!.config.seeds).toEqual([3]);
    expect(stages("child").report!.inputs.train).toEqual([
      { experiment: "child", stage: "probe", uses: "train" },
    ]);
  });

  test("takes its own stage first, then its own defaults, the parent's stage, the parent's defaults", () => {
    const { stages } = child({
      defaults: { train: { epochs: 6, batch: 8 } },
      stages: {
        probe: { config: { batch: 16 } },
        more: { uses: "train", inputs: { data: "data", plan: "plan" } },
      },
    });
    expect(stages("child").probe!.config).toEqual({ epochs: 6, batch: 16, seeds: [1, 2], warmUp: 5 });
    expect(stages("child").more!.config).toEqual({ epochs: 6, batch: 8, warmUp: 5 });
  });

  test("omits what it sets to null", () => {
    const { stages } = child({
      stages: { report: null, probe: { config: { seeds: null } }, data: { config: { import: null } } },
    });
    expect(Object.keys(stages("child"))).toEqual(["data", "plan", "probe"]);
    expect(stages("child").probe!.config).toEqual({ epochs: 4, warmUp: 5 });
    expect(stages("child").data!.config).toEqual({ examples: 10 });
  });

  test("inherits nothing for a stage whose kind it changes", () => {
    const { stages } = child({
      stages: { report: null, probe: { uses: "lora", config: { plans: [] } } },
    });
    expect(stages("child").probe).toMatchObject({ uses: "lora", inputs: {}, config: { plans: [] } });
  });

  test("may replace a stage by a command, and an experiment that extends it may remove the command", () => {
    const { stages } = repository({
      parent,
      child: { extends: "parent", stages: { plan: { run: "python plan.py" } } },
      grandchild: { extends: "child", stages: { plan: { run: null } } },
    });
    expect(stages("child").plan!.run).toBe("python plan.py");
    expect(stages("grandchild").plan!.run).toBeUndefined();
    expect(homes(stages("grandchild"))).toMatchObject({ data: "parent", plan: "grandchild" });
  });

  test("shares with the experiment in which a stage was last changed", () => {
    const { stages } = repository({
      parent,
      child: { extends: "parent", stages: { probe: { config: { epochs: 9 } } } },
      grandchild: { extends: "child", stages: { report: { config: { percentile: 90 } } } },
    });
    expect(homes(stages("grandchild"))).toEqual({
      data: "parent",
      plan: "parent",
      probe: "child",
      report: "grandchild",
    });
    expect(stages("grandchild").data!.config).toMatchObject({ import: { all: "../parent/pairs.csv" } });
  });

  test("resolves files named in a parent relative to the parent", () => {
    const outside = { ...parent.stages.data, config: { import: { train: ["a.csv", "/b.csv"] } } };
    const { stages } = repository({
      parent: { stages: { data: outside } },
      child: { extends: "parent", stages: { data: { config: { import: { circuit: "c.csv" } } } } },
    });
    expect(stages("child").data!.config).toEqual({
      import: { train: ["../parent/a.csv", "/b.csv"], circuit: "c.csv" },
    });
  });

  test("resolves folders like files, and only where a kind's configuration names one", () => {
    const { stages } = repository({
      parent: { stages: { imported: { uses: "import", config: { adapter: "mine/adapter", plan: "mine" } } } },
      child: { extends: "parent", stages: { imported: { config: { updates: 5 } } } },
    });
    expect(stages("child").imported!.config).toEqual({
      adapter: "../parent/mine/adapter",
      plan: "mine",
      updates: 5,
    });
  });
});

describe("a mistake is named where it was written", () => {
  test("in the parent's file, if it is inherited", () => {
    const { mistakes, stages } = repository({
      parent: { stages: { ...parent.stages, data: { uses: "data", inputs: { x: "plan" } } } },
      child: { extends: "parent", stages: { probe: { config: { epochs: 1 } } } },
      good: parent,
      last: {
        extends: "good",
        defaults: { train: { batch: 1 } },
        stages: { probe: { config: { logEvery: 1 } } },
      },
    });
    expect(mistakes("child")).toEqual([
      expect.stringMatching(
        /^parent\/experiment\.json: stages\.data\.inputs\.x: a data stage has no such input/,
      ),
    ]);
    const probe = stages("last").probe!;
    const place = (...path: (string | number)[]) => {
      const { file, place } = writtenAt(probe, ["config", ...path]);
      return `${file.split("/").at(-2)}: ${place}`;
    };
    expect(place("epochs")).toBe("good: stages.probe.config.epochs");
    expect(place("seeds", 1)).toBe("good: stages.probe.config.seeds[1]");
    expect(place("warmUp")).toBe("good: defaults.train.warmUp");
    expect(place("batch")).toBe("last: defaults.train.batch");
    expect(place("logEvery")).toBe("last: stages.probe.config.logEvery");
    expect(place("missing")).toBe("last: stages.probe.config.missing");
  });

  test("if the parent is not there, has mistakes, or extends its child", () => {
    const { mistakes } = repository({
      a: { extends: "b" },
      b: { extends: "c" },
      c: { extends: "b" },
      self: { extends: "self" },
      orphan: { extends: "parnt" },
      parent,
      bad: { stages: { data: { uses: "dat" } } },
      heir: { extends: "bad" },
    });
    expect(mistakes("self")).toEqual(["extends: circular `extends`: self -> self"]);
    for (const name of ["b", "c"])
      expect(mistakes(name)).toEqual(["extends: circular `extends`: b -> c -> b"]);
    expect(mistakes("a")).toEqual([expect.stringMatching(/^extends: experiment b has mistakes/)]);
    expect(mistakes("orphan")).toEqual(['extends: there is no experiment "parnt"; did you mean `parent`?']);
    expect(mistakes("heir")).toEqual([expect.stringMatching(/^extends: experiment bad has mistakes/)]);
  });

  test("if something is left out that is not inherited", () => {
    const stages = { rprt: null, probe: { inputs: { dat: null } } };
    expect(child({ stages, methods: { lora: null } }).mistakes("child")).toEqual([
      "methods.lora: there is no inherited method to leave out",
      "stages.rprt: there is no inherited stage to leave out",
      "stages.probe.inputs.dat: there is no inherited input to leave out",
    ]);
  });
});

test("a run with other settings is in runs/, named after its experiment, and shares what it does not change", () => {
  const { root, all } = repository({ parent });
  const folder = join(root, "runs", "parent--more");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, ".experiment.json"),
    JSON.stringify({ extends: "parent", stages: { probe: { config: { epochs: 8 } } } }),
  );
  const { experiment } = all.read(join(folder, ".experiment.json"));
  expect(experiment.name).toBe("parent--more");
  expect(homes(Object.fromEntries(experiment.stages))).toEqual({
    data: "parent",
    plan: "parent",
    probe: "parent--more",
    report: "parent--more",
  });
});
