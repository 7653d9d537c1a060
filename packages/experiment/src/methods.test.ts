import { describe, expect, test } from "vitest";
import { writtenAt } from "./index.js";
import { inputsOf, repository } from "./testing/repository.ts";

const stages = { data: { uses: "data" } };
const lora = { plan: { method: "uniform", rank: 8 } };

describe("a method", () => {
  test("becomes its own plan and train stage, wired to the data", () => {
    const { train, plan } = parts(
      repository({ tiny: { stages, methods: { "lora-8": lora } } }).stages("tiny"),
    );
    expect(plan!.config).toEqual({ plans: [{ name: "lora-8", method: "uniform", rank: 8 }] });
    expect(inputsOf(plan)).toEqual({});
    expect(inputsOf(train)).toEqual({ data: ["tiny.data"], plan: ["tiny.plan-lora-8"] });
    expect(train!.config).toEqual({});
  });

  test("has the stages that it requests, each reading those before it, its configuration overriding the defaults", () => {
    const methods = {
      "lora-8": { ...lora, train: { epochs: 3 }, attribute: { steps: 4 }, circuits: true },
      probe: { ...lora, attribute: true },
    };
    const all = repository({
      tiny: { stages, methods, defaults: { attribute: { steps: 2, examples: 9 } } },
    }).stages("tiny");
    expect(Object.keys(all)).toEqual([
      "plan-lora-8",
      "train-lora-8",
      "attribute-lora-8",
      "circuits-lora-8",
      "plan-probe",
      "train-probe",
      "attribute-probe",
      "data",
    ]);
    expect(all["train-lora-8"]!.config).toEqual({ epochs: 3 });
    expect(all["attribute-lora-8"]!.config).toEqual({ steps: 4, examples: 9 });
    expect(all["attribute-probe"]!.config).toEqual({ steps: 2, examples: 9 });
    expect(inputsOf(all["attribute-lora-8"])).toEqual({
      data: ["tiny.data"],
      plan: ["tiny.plan-lora-8"],
      train: ["tiny.train-lora-8"],
    });
    expect(inputsOf(all["circuits-lora-8"])).toEqual({ scores: ["tiny.attribute-lora-8"] });
  });

  test("reads what its inputs name if none of its own stages fits", () => {
    const circuit = {
      plan: { method: "circuit" },
      evaluate: true,
      inputs: { circuits: "circuits-probe", data: "other" },
    };
    const all = repository({
      tiny: {
        stages: {
          ...stages,
          other: { uses: "data" },
          report: { uses: "report", inputs: { data: "data", train: "train-*", plan: "*" } },
        },
        methods: { probe: { ...lora, attribute: true, circuits: true, inputs: { data: "data" } }, circuit },
      },
    }).stages("tiny");
    expect(inputsOf(all["plan-circuit"])).toEqual({ circuits: ["tiny.circuits-probe"] });
    expect(inputsOf(all["train-circuit"])).toMatchObject({
      data: ["tiny.other"],
      plan: ["tiny.plan-circuit"],
    });
    expect(inputsOf(all["evaluate-circuit"])).toEqual({
      circuits: ["tiny.circuits-probe"],
      data: ["tiny.other"],
      plan: ["tiny.plan-circuit"],
      train: ["tiny.train-circuit"],
    });
    expect(inputsOf(all.report)).toMatchObject({
      train: ["tiny.train-probe", "tiny.train-circuit"],
      plan: ["tiny.plan-probe", "tiny.plan-circuit"],
    });
  });

  test("is inherited, changed part by part, or left out", () => {
    const { stages: of } = repository({
      parent: {
        stages,
        methods: { "lora-8": { ...lora, attribute: true }, full: { plan: { method: "full" } } },
      },
      child: {
        extends: "parent",
        methods: { "lora-8": { plan: { rank: 4 }, attribute: false }, full: null },
        stages: { "train-lora-8": { config: { epochs: 1 } } },
      },
    });
    const child = of("child");
    expect(Object.keys(child)).toEqual(["plan-lora-8", "train-lora-8", "data"]);
    expect(child["plan-lora-8"]!.config).toEqual({ plans: [{ name: "lora-8", method: "uniform", rank: 4 }] });
    expect(child["train-lora-8"]!.config).toEqual({ epochs: 1 });
    expect(Object.values(child).map(({ home }) => home.experiment)).toEqual(["child", "child", "parent"]);
  });

  test("has its mistakes named in it", () => {
    const { mistakes, stages: of } = repository({
      tiny: {
        stages: { ...stages, other: { uses: "data" } },
        methods: {
          Bad: {},
          a: { pln: {}, plan: 3, train: true, circuits: 1, inputs: { x: 3 } },
          b: null,
        },
      },
      second: {
        stages: { ...stages, other: { uses: "data" } },
        methods: { c: { ...lora, inputs: { dat: "data" } }, d: { inputs: { data: null } } },
      },
      third: { stages, methods: { "lora-8": { ...lora, train: { epochs: 1 } } } },
    });
    expect(mistakes("tiny")).toEqual([
      expect.stringMatching(/^methods\.Bad: expected lower-case/),
      "methods.a.pln: unknown key; did you mean `plan`?",
      "methods.a.inputs.x: expected the name of a stage or a list of such names, not 3",
      "methods.a.plan: expected an object, not 3",
      "methods.a.train: expected an object, not true",
      "methods.a.circuits: expected true, false or a configuration, not 1",
      "methods.b: there is no inherited method to leave out",
    ]);
    expect(mistakes("second")).toEqual([
      "methods.d.plan: missing: the options of the method's plan",
      "methods.c.inputs.dat: no stage of this method has such an input; did you mean `data`?",
      "methods.d.inputs.data: there is no inherited input to leave out",
      "methods.c.inputs.data: missing: the stage that train-c reads in this role",
      "methods.d.inputs.data: missing: the stage that train-d reads in this role",
    ]);
    const all = of("third");
    expect(writtenAt(all["plan-lora-8"]!, ["config", "plans", 0, "rank"]).place).toBe(
      "methods.lora-8.plan.rank",
    );
    expect(writtenAt(all["plan-lora-8"]!, ["config", "plans", 0, "rnk"]).place).toBe(
      "methods.lora-8.plan.rnk",
    );
    expect(writtenAt(all["train-lora-8"]!, ["config", "epochs"]).place).toBe("methods.lora-8.train.epochs");
  });
});

function parts(all: ReturnType<ReturnType<typeof repository>["stages"]>) {
  return { plan: all["plan-lora-8"], train: all["train-lora-8"] };
}
