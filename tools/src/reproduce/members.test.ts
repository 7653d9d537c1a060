import { join } from "node:path";
import { Experiments, type Stage } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { checkExperiment } from "../experiment/check-experiment.ts";
import { readMembers } from "./members.ts";
import { quickSettings } from "./quick.ts";

const root = join(import.meta.dirname, "../../..");
const members = readMembers("paper", [], root);
const names = members.map(({ name }) => name);
const experiment = (name: string) =>
  new Experiments().read(join(root, "experiments", name, "experiment.json")).experiment;
const stagesOf = (name: string): Record<string, Stage> => Object.fromEntries(experiment(name).stages);

/** The paper's tasks. */
const TASKS = [
  ...["add-sub-100-core", "add-sub-200", "add-sub-300", "add-sub-400", "add-sub-500"],
  ...["mul-div", "sequence", "lcm", "function", "composition", "composition-add-sub", "composition-mul-div"],
];
/** Those with every control. */
const CONTROLLED = ["add-sub-300", "add-sub-500", "sequence", "composition"];

/** The method and the first plan's options of every plan of an experiment, by the plan's name. */
function plansOf(name: string): Map<string, Record<string, unknown>> {
  const plans = Object.values(stagesOf(name))
    .filter(({ uses }) => uses === "lora")
    .flatMap(({ config }) => config.plans as Record<string, unknown>[]);
  return new Map(plans.map((plan) => [String(plan.name), plan]));
}

test("the reproduction has every task of the paper, the rates first and a composition's parts before it", () => {
  expect([...names].sort()).toEqual(
    [...TASKS, ...CONTROLLED.map((task) => `${task}-scaled`), "rates"].sort(),
  );
  const before = (a: string, b: string) => expect(names.indexOf(a)).toBeLessThan(names.indexOf(b));
  expect(names[0]).toBe("rates");
  before("composition-add-sub", "composition");
  before("composition-mul-div", "composition");
  for (const task of CONTROLLED) before(task, `${task}-scaled`);
});

test("the quick part has four tasks and the rates they need", () => {
  const quick = readMembers("quick", [], root).map(({ name }) => name);
  expect(quick.sort()).toEqual(["add-sub-100-core", "composition", "mul-div", "rates", "sequence"]);
});

test("named experiments keep their order; an unknown name is refused with the nearest", () => {
  const named = readMembers("paper", ["sequence", "rates"], root);
  expect(named.map(({ name }) => name)).toEqual(["rates", "sequence"]);
  expect(() => readMembers("paper", ["sequense"], root)).toThrow(/"sequense" has the tag paper.*`sequence`/);
  expect(() => readMembers("quick", ["lcm"], root)).toThrow(/"lcm" has the tag quick/);
});

test("no experiment has a mistake", async () => {
  for (const { file } of members) await expect(checkExperiment(file)).resolves.toMatchObject({ file });
});

describe("every task", () => {
  test.each(TASKS)(
    "%s has accuracy by rank, CircuitLoRA with its deciding controls, and four circuits",
    (name) => {
      const plans = plansOf(name);
      const ranks = [...plans.values()]
        .filter(({ method, kind = "lora" }) => method === "uniform" && kind === "lora")
        .map(({ rank }) => rank);
      expect(ranks).toEqual(expect.arrayContaining([1, 2, 8, 32]));
      const methods = [...plans.values()].map(({ method }) => method);
      expect(methods).toEqual(
        expect.arrayContaining(["full", "circuit", "budget", "random", "first-layers"]),
      );
      const stages = stagesOf(name);
      for (const method of ["lora-2", "full", "adalora", "ia3"]) {
        expect(stages[`attribute-${method}`]!.config).not.toHaveProperty("checkpoints");
        expect(stages[`evaluate-${method}`]).toBeDefined();
      }
    },
  );

  test.each(TASKS)("%s takes every learning rate from the experiment that chooses them", (name) => {
    const trains = Object.values(stagesOf(name)).filter(({ uses }) => uses === "train");
    expect(trains.length).toBeGreaterThan(10);
    for (const { inputs } of trains) expect(inputs.rates).toMatchObject([{ experiment: "rates" }]);
  });
});

describe.each(CONTROLLED)("%s has the control", (name) => {
  const stages = stagesOf(name);
  const methods = [...plansOf(name).values()].map(({ method }) => method);
  const config = (stage: string) => stages[stage]!.config;

  test("of faithfulness: random edges, found nodes, next edges, other checkpoints and seeds, a random model", () => {
    expect(config("circuits-lora-2")).toMatchObject({ random: 20, randomNodes: 1, next: true });
    expect(config("evaluate-lora-2").model).toEqual(["own", "first", "last", "other-seeds"]);
    expect(config("random-scores").model).toBe("random");
    expect(config("random-evaluation").model).toEqual(["first", "last"]);
  });

  test("of stability: halves, bootstrap, splits, perturbation, and the same of a random model", () => {
    const perturbed = [10, 20, 30, 40, 50, 60, 70, 80, 90];
    const samples = { halves: 20, splits: 5, bootstrap: 20, perturbed };
    expect(config("sample-scores")).toMatchObject({ checkpoints: "ends", samples });
    expect(config("random-sample-scores")).toMatchObject({ model: "random", samples });
  });

  test("of change: floors, chance and the edges of both ends", () => {
    expect(config("stability").chance).toBe(100);
    expect(config("circuits-lora-2").common).toBe(true);
  });

  test("of the gain: other layers, another probe, AdaLoRA at the same budget, and the probe's compute", () => {
    const others = ["last-layers", "least-changed", "gradient-norm", "weight-change", "placement"];
    expect(methods).toEqual(expect.arrayContaining(others));
    expect(plansOf(name).get("adalora")).toMatchObject({ kind: "adalora", rank: (6 * 8 + 2 * 32) / 8 });
    expect(stages["train-compute-matched"]!.inputs.probe).toMatchObject([{ stage: "circuits-lora-2" }]);
  });

  test("of seeds: ten in the main comparison, with as many random draws", () => {
    for (const method of ["circuit", "budget", "random", "first-layers"])
      expect(config(`train-${method}`).seeds).toHaveLength(10);
    expect(plansOf(name).get("random")!.seeds).toEqual(config("train-random").seeds);
  });

  test("of the attribution: exact patching of the ends, with the same examples by gradients", () => {
    expect(config("patch-scores")).toEqual({ checkpoints: "ends", examples: 50, method: "exact" });
    expect(config("patch-reference")).toEqual({ checkpoints: "ends", examples: 50 });
  });
});

test("the composition is planned by the union of its parts' circuits, of random ones, and by one of them", () => {
  const stages = stagesOf("composition");
  const parts = ({ inputs }: Stage) => inputs.circuits!.map(({ experiment: part }) => part);
  expect(parts(stages.union!)).toEqual(["composition-add-sub", "composition-mul-div"]);
  expect(stages["random-union"]).toMatchObject({ inputs: stages.union!.inputs, config: { of: "random" } });
  expect(parts(stages["one-part"]!)).toEqual(["composition-add-sub"]);
});

test("a quick experiment has two seeds of everything", () => {
  const settings = new Map(
    quickSettings(experiment("sequence")).map(({ path, value }) => [path.slice(1).join("."), value]),
  );
  for (const { name, uses } of Object.values(stagesOf("sequence")))
    if (uses === "train") expect(settings.get(`${name}.config.seeds`)).toEqual([1, 2]);
  expect(settings.get("plan-random.config.plans")).toMatchObject([{ name: "random", seeds: [1, 2] }]);
  expect(quickSettings(experiment("rates"))).toEqual([]);
});
