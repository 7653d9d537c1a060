import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Experiments, renderRef, UserError } from "@ft/artifacts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chosenStages } from "./run-experiment.ts";
import { createVariant, type Setting, type Variant, writeVariant } from "./variant.ts";

const stages = {
  data: { uses: "data", config: { examples: 50 } },
  plan: { uses: "lora", config: { plans: [{ name: "a", method: "uniform", rank: 2 }] } },
  probe: { uses: "train", inputs: { data: "data", plan: "plan" } },
};

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ft-variant-"));
  file = join(root, "experiments/mine/experiment.json");
  writeFileSync(join(root, "nx.json"), "{}");
  symlinkSync(resolve(import.meta.dirname, "../../../models"), join(root, "models"));
  mkdirSync(join(root, "experiments/mine"), { recursive: true });
  writeFileSync(file, JSON.stringify({ stages }));
});
afterEach(() => rmSync(root, { recursive: true }));

const epochs = (value: unknown): Setting => ({ path: ["stages", "probe", "config", "epochs"], value });
const variant = (settings: Setting[], name?: string): Promise<Variant> =>
  createVariant(new Experiments().read(file).experiment, settings, name);

test("an experiment with other settings has its own name and folder, and shares all stages that they do not change", async () => {
  const made = await variant([epochs(3)], "long");
  expect(made).toMatchObject({ name: "mine--long", path: "runs/mine--long/.experiment.json" });
  writeVariant(made);
  expect(JSON.parse(readFileSync(join(root, made.path), "utf8"))).toEqual({
    extends: "mine",
    stages: { probe: { config: { epochs: 3 } } },
  });
  const { experiment } = new Experiments().read(join(root, made.path));
  expect([...experiment.stages.values()].map(({ home }) => renderRef(home))).toEqual([
    "mine.data",
    "mine.plan",
    "mine--long.probe",
  ]);
  expect(chosenStages(experiment).map(renderRef)).toEqual(["mine--long.probe"]);
  expect(chosenStages(experiment, ["plan", "probe"]).map(renderRef)).toEqual([
    "mine.plan",
    "mine--long.probe",
  ]);
});

test("without a name it is named after its settings: equal settings, equal names", async () => {
  const [one, same, other] = [
    await variant([epochs(3)]),
    await variant([epochs(3)]),
    await variant([epochs(4)]),
  ];
  expect(one.name).toMatch(/^mine--[0-9a-f]{8}$/);
  expect(same.name).toBe(one.name);
  expect(other.name).not.toBe(one.name);
});

test("it never replaces another, and is not written with a mistake", async () => {
  writeVariant(await variant([epochs(3)], "long"));
  expect((await variant([epochs(3)], "long")).name).toBe("mine--long");
  await expect(variant([epochs(4)], "long")).rejects.toThrow(
    /another experiment of this name[\s\S]*mine--long/,
  );
  await expect(variant([epochs(4)], "Long")).rejects.toThrow(UserError);
  const fraction: Setting = { path: ["stages", "probe", "epochs"], value: 1 };
  await expect(variant([epochs("x"), fraction])).rejects.toThrow(
    /2 mistakes\n {2}- --set stages\.probe\.epochs: unknown key.*\n {2}- --set stages\.probe\.config\.epochs: "x" is not of type number\n {2}file: .*mine\/experiment\.json$/,
  );
});
