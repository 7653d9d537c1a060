import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { experiment, files, infer, useWorkspace, workspace } from "./testing/workspace.ts";

useWorkspace();

describe("the Nx plugin", () => {
  it("infers a project for every stage, its target named after the kind of stage", async () => {
    const projects = await infer(files);
    const stages = Object.entries(projects).filter(([name]) => name.startsWith("tiny."));
    expect(stages.map(([name, { root, targets }]) => [name, root, ...Object.keys(targets ?? {})])).toEqual([
      ["tiny.data", "runs/tiny/data", "data"],
      ["tiny.plan", "runs/tiny/plan", "lora"],
      ["tiny.probe", "runs/tiny/probe", "train"],
      ["tiny.circuits", "runs/tiny/circuits", "circuits"],
      ["tiny.report", "runs/tiny/report", "report"],
    ]);
  });

  it("gives all projects of an experiment its tags, those of shared stages too, and none to its children", async () => {
    const child = { extends: "tiny", stages: { plan: { config: { plans: [] } } } };
    const projects = await infer({
      ...files,
      "experiments/tiny/experiment.json": { ...experiment, tags: ["paper", "quick"] },
      "experiments/child/experiment.json": child,
      "experiments/own/experiment.json": { ...child, tags: ["paper"] },
    });
    const tags = (name: string) => projects[name]?.tags ?? [];
    expect(tags("tiny.report")).toEqual(["paper", "quick"]);
    expect(tags("own.data")).toEqual(["paper"]);
    expect(tags("own.plan")).toEqual(["paper"]);
    expect(tags("child.plan")).toEqual([]);
  });

  it("runs a stage after its build and after the stages it reads", async () => {
    const { train } = (await infer(files))["tiny.probe"]?.targets ?? {};
    expect(train?.dependsOn).toEqual([
      { projects: "@ft/artifacts", target: "build" },
      { projects: "@ft/train", target: "build" },
      { projects: "tiny.data", target: "data" },
      { projects: "tiny.plan", target: "lora" },
    ]);
    expect(train?.options).toMatchObject({
      command: "node tools/nx/run-stage.mjs",
      env: {
        FT_RUN_EXPERIMENT: "experiments/tiny/experiment.json",
        FT_RUN_POINT: "",
        FT_RUN_STAGE: "probe",
        FT_RUN_PROGRAM: "packages/train/dist/main.js",
      },
    });
    expect(train).toMatchObject({ cache: true, outputs: ["{projectRoot}"] });
  });

  it("keys a stage by what it reads except timings, its code, libraries and backend", async () => {
    const { train } = (await infer(files))["tiny.probe"]?.targets ?? {};
    expect(train?.inputs).toEqual([
      { dependentTasksOutputFiles: "runs/tiny/data/!(speed).arrow" },
      { dependentTasksOutputFiles: "runs/tiny/plan/!(speed).arrow" },
      { dependentTasksOutputFiles: "packages/artifacts/dist/**/*.js" },
      { dependentTasksOutputFiles: "packages/train/dist/**/*.js" },
      "{workspaceRoot}/packages/artifacts/src/**/kernels/**/*",
      "{workspaceRoot}/packages/train/src/**/kernels/**/*",
      { json: "{workspaceRoot}/packages/artifacts/package.json", fields: ["dependencies"] },
      { json: "{workspaceRoot}/packages/train/package.json", fields: ["dependencies"] },
      { externalDependencies: ["apache-arrow", "zod"] },
      { env: "FT_BACKEND" },
      { env: "FT_THREADS" },
    ]);
  });

  it("runs an outside command through its checker, keyed by the contracts", async () => {
    const { circuits } = (await infer(files))["tiny.circuits"]?.targets ?? {};
    expect(circuits?.options.env.FT_RUN_PROGRAM).toBe("tools/nx/run-outside.mjs");
    expect(circuits?.inputs).toContainEqual({ dependentTasksOutputFiles: "packages/artifacts/dist/**/*.js" });
    expect(circuits?.inputs).not.toContainEqual({
      dependentTasksOutputFiles: "packages/circuits/dist/**/*.js",
    });
  });

  describe("changes the key", () => {
    /** The stages whose target's configuration differs after `change`. */
    async function changedBy(change: Record<string, unknown>): Promise<string[]> {
      const [before, after] = [await infer(files), await infer({ ...files, ...change })];
      return Object.keys(before).filter(
        (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
      );
    }
    const edited = (change: (copy: typeof experiment) => void) => {
      const copy = structuredClone(experiment);
      change(copy);
      return { "experiments/tiny/experiment.json": copy };
    };
    const all = ["tiny.data", "tiny.plan", "tiny.probe", "tiny.circuits", "tiny.report"];

    it.each<[string, Record<string, unknown>, string[]]>([
      [
        "of a stage alone, whose section changes",
        edited((e) => (e.stages.probe.config.epochs = 2)),
        ["tiny.probe"],
      ],
      ["of no stage, for another description", edited((e) => (e.description = "else")), []],
      ["of all, for another seed", edited((e) => (e.seed = 2)), all],
      ["of all, when a file of the model changes", { "models/nano/model.safetensors": "x" }, all],
      ["of no stage, for another model card", { "models/nano/README.md": "x" }, []],
      ["of the stage whose config names a file that changes", { "pairs.csv": "x" }, ["tiny.data"]],
      ["when that file is the experiment's own", { "experiments/tiny/pairs.csv": "x" }, ["tiny.data"]],
      [
        "of the stage whose command names a script that changes",
        { "my-circuits.py": "x" },
        ["tiny.circuits"],
      ],
    ])("%s", async (_, change, stages) => {
      expect(await changedBy(change)).toEqual(stages);
    });

    it("of the stage whose config names a folder, when a file in it changes; other texts name no folders", async () => {
      const stages = {
        ...experiment.stages,
        data: { uses: "data", config: { split: "test", import: "pairs.csv" } },
        imported: { uses: "import", config: { adapter: "adapter", plan: "test" } },
      };
      const place = "experiments/tiny";
      const keys = async (changes: Record<string, string>) => {
        const added = { [`${place}/experiment.json`]: { ...experiment, stages }, ...changes };
        const projects = await infer({ ...files, ...added });
        const keyOf = (name: string, target: string) =>
          projects[`tiny.${name}`]?.targets?.[target]?.options.env.FT_KEY_FILES;
        return [keyOf("data", "data"), keyOf("imported", "import")];
      };
      const before = await keys({ [`${place}/adapter/adapter_config.json`]: "a", "test/notes": "a" });
      const after = await keys({ [`${place}/adapter/adapter_config.json`]: "b", "test/notes": "b" });
      expect(after[0]).toBe(before[0]);
      expect(after[1]).not.toBe(before[1]);
    });
  });

  it("lets no name of a file or folder into a command or an input", async () => {
    const evil = "$(touch pwned)`{projectRoot}`;'\"";
    const report = vi.spyOn(console, "error").mockImplementation(() => {});
    const projects = await infer({
      ...files,
      [`packages/${evil}/package.json`]: { name: "evil", dependencies: {} },
      [`packages/${evil}/tsconfig.json`]: {},
      [`experiments/${evil}/experiment.json`]: experiment,
      "experiments/tiny/experiment.json": {
        ...experiment,
        model: `models/${evil}`,
        stages: { data: { uses: "data", run: `cat '${evil}'`, config: { import: { all: evil } } } },
      },
      [evil]: "",
    });
    report.mockRestore();
    const refused = Object.keys(projects).find((name) => name.startsWith("touch-pwned"));
    expect(refused).toMatch(/^touch-pwned-projectroot-[0-9a-f]{8}\.refused$/);
    for (const name of ["tiny.data", refused!])
      expect(JSON.stringify(projects[name])).not.toMatch(/[$`]|touch /);
    for (const [name, { options }] of Object.entries(projects.evil?.targets ?? {}))
      expect([name, options.command]).toEqual([name, expect.stringMatching(/^(tsc|biome|vitest) [^$]*$/)]);
  });

  it.runIf(process.platform !== "win32")(
    "refuses by name what is not a file, and waits for none",
    async () => {
      const report = vi.spyOn(console, "error").mockImplementation(() => {});
      for (const name of ["loop", "pipe"])
        mkdirSync(join(workspace.root, "experiments", name), { recursive: true });
      symlinkSync("experiment.json", join(workspace.root, "experiments/loop/experiment.json"));
      execFileSync("mkfifo", [join(workspace.root, "experiments/pipe/experiment.json")]);
      execFileSync("mkfifo", [join(workspace.root, "pairs")]);
      const stages = { data: { uses: "data", config: { import: { all: "pairs" } } } };
      const projects = await infer({
        ...files,
        "experiments/tiny/experiment.json": { ...experiment, stages },
      });
      report.mockRestore();
      expect(Object.keys(projects)).toEqual(
        expect.arrayContaining(["loop.refused", "pipe.refused", "tiny.data"]),
      );
    },
  );

  it("keys the report by its inputs' manifests as well", async () => {
    const { report } = (await infer(files))["tiny.report"]?.targets ?? {};
    expect(report?.inputs).toContainEqual({ dependentTasksOutputFiles: "runs/tiny/probe/!(speed).arrow*" });
  });

  it("never answers `nx run base:pretrain` from the cache", async () => {
    const { base } = await infer(files);
    expect(base?.targets?.pretrain).toMatchObject({ cache: false, outputs: ["{projectRoot}"] });
  });

  it("reports an invalid experiment by file and place, lets its report fail, and keeps the others", async () => {
    const report = vi.spyOn(console, "error").mockImplementation(() => {});
    const bad = { ...experiment, stages: { data: { uses: "dta" } } };
    const projects = await infer({ ...files, "experiments/bad/experiment.json": bad });
    expect(report.mock.calls.flat()).toEqual([
      expect.stringMatching(
        /stages\.data\.uses: "dta" is not a kind .*\n {2}file: experiments\/bad\/experiment\.json\n.*bad\.refused:report$/,
      ),
    ]);
    report.mockRestore();
    expect(projects["tiny.report"]).toBeDefined();
    expect(projects["bad.refused"]?.targets?.report?.options).toEqual({
      command: "node tools/nx/refuse.mjs",
      env: { FT_RUN_REFUSED: "experiments%2Fbad%2Fexperiment.json" },
    });
  });

  it("computes a stage that is inherited unchanged once, and lets its other name wait for it", async () => {
    const child = { extends: "tiny", stages: { probe: { config: { epochs: 2 } } } };
    const projects = await infer({ ...files, "experiments/child/experiment.json": child });
    expect(projects["child.data"]).toMatchObject({
      root: "runs/child/data",
      targets: {
        data: { executor: "nx:noop", inputs: [], dependsOn: [{ projects: "tiny.data", target: "data" }] },
      },
    });
    const { train } = projects["child.probe"]?.targets ?? {};
    expect(train?.dependsOn).toContainEqual({ projects: "tiny.data", target: "data" });
    expect(train?.inputs).toContainEqual({ dependentTasksOutputFiles: "runs/tiny/data/!(speed).arrow" });
    expect(train?.options.env.FT_RUN_EXPERIMENT).toBe("experiments/child/experiment.json");
    expect(train?.options.env.FT_KEY_SECTION).not.toBe(
      projects["tiny.probe"]?.targets?.train?.options.env.FT_KEY_SECTION,
    );
  });

  it("keys a stage of a child by what it inherits as well", async () => {
    const child = { extends: "tiny", stages: { probe: { config: { batch: 8 } } } };
    const keyWith = async (epochs: number) => {
      const parent = structuredClone(experiment);
      parent.stages.probe.config.epochs = epochs;
      const changed = {
        "experiments/tiny/experiment.json": parent,
        "experiments/child/experiment.json": child,
      };
      const projects = await infer({ ...files, ...changed });
      return projects["child.probe"]?.targets?.train?.options.env.FT_KEY_SECTION;
    };
    expect(await keyWith(1)).toBe(await keyWith(1));
    expect(await keyWith(1)).not.toBe(await keyWith(3));
  });

  it("has a project for every stage of every point of a sweep, and for all points together", async () => {
    const swept = { ...experiment, sweep: { epochs: { "stages.probe.config.epochs": [1, 2] } } };
    const projects = await infer({ ...files, "experiments/tiny/experiment.json": swept });
    const env = (name: string, target: string) => projects[name]?.targets?.[target]?.options?.env;
    expect(env("tiny.data", "data")).toMatchObject({ FT_RUN_STAGE: "data", FT_RUN_POINT: "" });
    expect(env("tiny--epochs-2.probe", "train")).toMatchObject({
      FT_RUN_EXPERIMENT: "experiments/tiny/experiment.json",
      FT_RUN_POINT: "epochs-2",
      FT_RUN_STAGE: "probe",
    });
    expect(projects["tiny--epochs-2.data"]?.targets?.data).toMatchObject({
      executor: "nx:noop",
      dependsOn: [{ projects: "tiny.data", target: "data" }],
    });
    expect(projects["tiny.report"]?.targets?.report).toMatchObject({
      executor: "nx:noop",
      dependsOn: ["tiny--epochs-1.report", "tiny--epochs-2.report"].map((name) => ({
        projects: name,
        target: "report",
      })),
    });
  });

  it("has only the variant that its environment names", async () => {
    const variant = "runs/tiny--more/.experiment.json";
    const content = { extends: "tiny", stages: { probe: { config: { epochs: 3 } } } };
    for (const folder of ["tiny--more", "tiny--less"]) {
      mkdirSync(join(workspace.root, "runs", folder), { recursive: true });
      writeFileSync(join(workspace.root, "runs", folder, ".experiment.json"), JSON.stringify(content));
    }
    vi.stubEnv("FT_VARIANT", variant);
    const projects = await infer(files);
    vi.unstubAllEnvs();
    expect(Object.keys(projects).filter((name) => name.startsWith("tiny--"))).toContain("tiny--more.probe");
    expect(Object.keys(projects).filter((name) => name.startsWith("tiny--less"))).toEqual([]);
    expect(projects["tiny--more.probe"]?.targets?.train?.options.env).toMatchObject({
      FT_RUN_EXPERIMENT: variant,
      FT_RUN_POINT: "",
    });
    expect(Object.keys(await infer(files)).filter((name) => name.startsWith("tiny--"))).toEqual([]);
  });

  it("takes build target, environment and resource hints from nx.json", async () => {
    const options = {
      buildTarget: "compile",
      environment: ["CLUSTER"],
      resources: { train: { memoryGiB: 64 } },
    };
    const projects = await infer(files, options);
    const train = projects["tiny.probe"]?.targets?.train;
    expect(train?.metadata?.resources).toEqual({ cores: "all", memoryGiB: 64 });
    expect(train?.inputs).toContainEqual({ env: "CLUSTER" });
    expect(train?.inputs).not.toContainEqual({ env: "FT_BACKEND" });
    expect(projects["@ft/train"]?.targets).toHaveProperty("compile");
    expect(projects["@ft/train"]?.targets).not.toHaveProperty("build");
  });
});
