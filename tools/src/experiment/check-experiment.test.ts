import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { UserError } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkExperiment } from "./check-experiment.ts";
import { allExperiments, findExperiment } from "./find-experiment.ts";

const nano = resolve(import.meta.dirname, "../../../models/nano");
const plans = [{ name: "a", method: "uniform", rank: 2 }];

describe("an experiment", () => {
  let root: string;
  let file: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ft-check-"));
    file = join(root, "experiments/mine/experiment.json");
    writeFileSync(join(root, "nx.json"), "{}");
    mkdirSync(join(root, "models"));
    symlinkSync(nano, join(root, "models/nano"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(content: unknown, path = file): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  }

  async function refusal(content: unknown): Promise<string> {
    write(content);
    const error = await checkExperiment(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }

  async function mistakes(content: unknown): Promise<string[]> {
    return [...(await refusal(content)).matchAll(/^ {2}- (.*)$/gm)].map(([, line]) => line!);
  }

  test("all experiments of a repository are found by name; none at all is a mistake", () => {
    expect(() => allExperiments(root)).toThrow(/there are no experiments/);
    for (const name of ["b", "a"]) write({}, join(root, "experiments", name, "experiment.json"));
    expect(allExperiments(root)).toEqual(["a", "b"]);
  });

  test("without mistakes is returned", async () => {
    write({ stages: { data: { uses: "data" }, plan: { uses: "lora", config: { plans } } } });
    expect(await checkExperiment(file)).toMatchObject({ name: "mine", file });
  });

  test("may lack its model's weights where that is allowed and it has the tag weights, and says how to get them", async () => {
    const folder = join(root, "models/large");
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), readFileSync(join(nano, "config.json")));
    writeFileSync(join(folder, "README.md"), "Download them.");
    const stages = { plan: { uses: "lora", config: { plans } } };
    const content = { model: "models/large", tags: ["weights"], stages };
    expect(await refusal(content)).toMatch(/neither model\.safetensors.*models\/large\/README\.md says how/s);
    expect(await checkExperiment(file, { weights: "optional" })).toMatchObject({ name: "mine" });
    write({ ...content, tags: [] });
    await expect(checkExperiment(file, { weights: "optional" })).rejects.toThrow(
      /neither model\.safetensors/,
    );
  });

  test("may give an outside command any configuration", async () => {
    write({ stages: { data: { uses: "data", run: "python mine.py", config: { anything: [1] } } } });
    expect(await checkExperiment(file)).toMatchObject({ name: "mine" });
  });

  test("has every mistake listed, in the file and in the configurations, with its place and a suggestion", async () => {
    const found = await mistakes({
      modle: "models/nano",
      stages: {
        data: { uses: "data", config: { task: "add-sup", exampels: 5 } },
        plan: { uses: "lora", config: { plans: [{ name: "a", method: "unifrom" }] } },
        probe: { uses: "trian" },
        again: { uses: "train", inputs: { data: "dat", plan: "plan" }, config: { learningRates: [1, "2"] } },
      },
    });
    expect(found).toEqual([
      "modle: unknown key; did you mean `model`?",
      'stages.probe.uses: "trian" is not a kind of stage; did you mean `train`?',
      'stages.again.inputs.data: there is no stage "dat"; did you mean `data`?',
      expect.stringMatching(/^stages\.data\.config\.task: .*add-sub/),
      "stages.data.config.exampels: unknown key; did you mean `examples`?",
      expect.stringMatching(/^stages\.plan\.config\.plans\[0\]\.method: .*uniform/),
    ]);
  });

  test("has a mistake that it inherits listed with the file it is in", async () => {
    const parent = join(root, "experiments/parent/experiment.json");
    write({ defaults: { data: { exampels: 5 } }, stages: { data: { uses: "data" } } }, parent);
    expect(await mistakes({ extends: "parent" })).toEqual([
      `${parent}: defaults.data.exampels: unknown key; did you mean \`examples\`?`,
    ]);
  });

  test("has mistakes at the points of its sweep listed, each once, and its template left alone", async () => {
    const stages = { data: { uses: "data" }, plan: { uses: "lora", config: { plans: "set by the sweep" } } };
    const sweep = {
      examples: { "stages.data.config.examples": [100, -1] },
      plans: { "stages.plan.config.plans": [plans, []] },
    };
    expect(await mistakes({ stages, sweep })).toEqual([
      expect.stringMatching(/^sweep\.plans\.stages\.plan\.config\.plans\[1\]: /),
      expect.stringMatching(/^sweep\.examples\.stages\.data\.config\.examples\[1\]: Too small/),
    ]);
  });

  test.each([
    ["is not there", "models/none", /^model: .*does not exist \(.*models\/none\); check its path$/],
    ["holds no weights", "models/empty", /^model: .*models\/empty/],
    ["is a file", "models/file", /^model: .*models\/file/],
  ])("is refused if its model %s, once", async (_, model, expected) => {
    mkdirSync(join(root, "models/empty"));
    writeFileSync(join(root, "models/empty/config.json"), "{}");
    writeFileSync(join(root, "models/file"), "");
    const stages = { data: { uses: "data" }, plan: { uses: "lora", config: { plans } } };
    expect(await mistakes({ model, stages })).toEqual([expect.stringMatching(expected)]);
  });

  test("has plans that the model is too small for listed, whatever their method", async () => {
    const ranks = [2, 4];
    const critical = (method: string) => ({ name: method, method, ranks, critical: 9 });
    const other = { ...plans[0], name: "b", modules: ["nosuch"] };
    const config = { plans: [...plans, critical("budget"), critical("random"), critical("circuit"), other] };
    const found = await mistakes({ stages: { plan: { uses: "lora", config } } });
    expect(found.pop()).toMatch(/^stages\.plan\.config\.plans\[4\]: .*nosuch/);
    expect(found).toEqual(
      [1, 2, 3].map((i) =>
        expect.stringMatching(
          `^stages\\.plan\\.config\\.plans\\[${i}\\]: more critical layers are requested than the model has: found 9, give at most 8`,
        ),
      ),
    );
  });

  test("has files to import that are not in its folder listed, each with its place", async () => {
    mkdirSync(join(root, "experiments/mine/folder"), { recursive: true });
    writeFileSync(join(root, "experiments/mine/pairs.csv"), "");
    const data = (files: unknown) => ({ uses: "data", config: { import: files } });
    const found = await mistakes({
      stages: {
        here: data({ all: "pairs.csv" }),
        absolute: data({ all: join(root, "experiments/mine/pairs.csv") }),
        elsewhere: data({ train: "experiments/mine/pairs.csv", circuit: ["pairs.csv", "folder"] }),
        outside: { ...data({ all: "none.csv" }), run: "true" },
      },
    });
    expect(found).toEqual([
      expect.stringContaining('stages.elsewhere.config.import.circuit[1]: there is no file "folder"'),
      expect.stringContaining(
        'stages.elsewhere.config.import.train: there is no file "experiments/mine/pairs.csv"',
      ),
    ]);
  });

  test("has folders that are not there, or are no adapter of PEFT, listed once each", async () => {
    mkdirSync(join(root, "experiments/mine/folder"), { recursive: true });
    writeFileSync(join(root, "experiments/mine/file"), "");
    const imported = (adapter: string) => ({ uses: "import", config: { adapter } });
    const found = await mistakes({
      stages: { a: imported("none"), b: imported("file"), c: imported("folder") },
    });
    expect(found).toEqual([
      expect.stringContaining('stages.a.config.adapter: there is no folder "none"'),
      expect.stringContaining('stages.b.config.adapter: there is no folder "file"'),
      expect.stringMatching(/^stages\.c\.config\.adapter: .*adapter_config\.json/),
    ]);
  });

  test.each(["{", "null", "[]", '{"stages": 3}', '{"stages": {"data": null}}', "{}"])(
    "is refused as %s",
    async (text) => {
      expect(await refusal(text)).toContain(file);
    },
  );

  test("is refused if Nx would refuse its name", async () => {
    file = join(root, "experiments/\u00fcber-1/experiment.json");
    expect(await mistakes({ stages: { data: { uses: "data" } } })).toEqual([
      expect.stringMatching(/^folder name "\u00fcber-1": expected lower-case letters/),
    ]);
  });
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
    expect(findExperiment(given, from)).toEqual({ file, point: "" });
  });

  test("finds points of sweeps, and runs with other settings", () => {
    const variant = join(root, "runs/add-sub-100--more/.experiment.json");
    mkdirSync(dirname(variant), { recursive: true });
    writeFileSync(variant, "{}");
    expect(findExperiment("add-sub-100--more", root)).toEqual({ file: variant, point: "" });
    expect(findExperiment("add-sub-100--within-5--a-1", root)).toEqual({ file, point: "within-5--a-1" });
  });

  test("suggests the closest name", () => {
    expect(() => findExperiment("add-sub-10", root)).toThrow(/no experiment "add-sub-10".*add-sub-100/);
  });
});
