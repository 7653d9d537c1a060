import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createNodes } from "./plugin.mjs";

const experiment = {
  description: "not part of any key",
  model: "models/nano",
  seed: 1,
  stages: {
    data: { uses: "data", config: { import: "pairs.csv" } },
    probe: { uses: "train", inputs: { data: "data" }, config: { epochs: 1 } },
    circuits: {
      uses: "circuits",
      inputs: { data: "data", train: "probe" },
      run: "python my-circuits.py --fast",
    },
    report: { uses: "report", inputs: { train: ["probe"], circuits: "circuits" } },
  },
};

const files: Record<string, unknown> = {
  "experiments/tiny/experiment.json": experiment,
  "models/nano/model.safetensors": "",
  "pairs.csv": "",
  "my-circuits.py": "",
  "tools/tsconfig.json": {},
  "tools/package.json": { name: "@ft/tools", dependencies: { "@ft/report": "0.1.0" } },
};
for (const name of ["artifacts", "data", "train", "circuits", "report"]) {
  const dependencies =
    name === "artifacts" ? { "apache-arrow": "21.2.0" } : { "@ft/artifacts": "0.1.0", zod: "4.6.7" };
  files[`packages/${name}/package.json`] = { name: `@ft/${name}`, dependencies };
  files[`packages/${name}/tsconfig.json`] = {};
}

type Results = Awaited<ReturnType<(typeof createNodes)[1]>>;
type Project = NonNullable<Results[number][1]["projects"]>[string];

let workspaceRoot: string;
beforeEach(() => {
  workspaceRoot = mkdtempSync(join(tmpdir(), "ft-plugin-"));
});
afterEach(() => rmSync(workspaceRoot, { recursive: true }));

/** The projects the plugin infers from these files, by name. */
async function infer(contents: Record<string, unknown>, options = {}): Promise<Record<string, Project>> {
  for (const [file, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(workspaceRoot, file)), { recursive: true });
    writeFileSync(join(workspaceRoot, file), typeof content === "string" ? content : JSON.stringify(content));
  }
  const results = await createNodes[1](Object.keys(contents), options, {
    workspaceRoot,
    nxJsonConfiguration: {},
  });
  const projects = results.flatMap(([, result]) => Object.values(result.projects ?? {}));
  return Object.fromEntries(projects.map((project) => [project.name ?? project.root, project]));
}

describe("the Nx plugin", () => {
  it("infers a project for every stage, its target named after the kind of stage", async () => {
    const projects = await infer(files);
    const stages = Object.entries(projects).filter(([name]) => name.startsWith("tiny."));
    expect(stages.map(([name, { root, targets }]) => [name, root, ...Object.keys(targets ?? {})])).toEqual([
      ["tiny.data", "runs/tiny/data", "data"],
      ["tiny.probe", "runs/tiny/probe", "train"],
      ["tiny.circuits", "runs/tiny/circuits", "circuits"],
      ["tiny.report", "runs/tiny/report", "report"],
    ]);
  });

  it("runs a stage after what builds it and after the stages it reads", async () => {
    const { train } = (await infer(files))["tiny.probe"]?.targets ?? {};
    expect(train?.dependsOn).toEqual([
      { projects: "@ft/artifacts", target: "build" },
      { projects: "@ft/train", target: "build" },
      { projects: "tiny.data", target: "data" },
    ]);
    expect(train?.command).toBe(
      "node packages/train/dist/main.js --experiment experiments/tiny/experiment.json --stage probe",
    );
    expect(train).toMatchObject({ cache: true, outputs: ["{projectRoot}"] });
  });

  it("lets stages run side by side on a small model, which has one thread each, and alone on a large one", async () => {
    const parallelism = async (bytes: number) => {
      const projects = await infer({ ...files, "models/nano/model.safetensors": "x".repeat(bytes) });
      return projects["tiny.probe"]?.targets?.train?.parallelism;
    };
    expect(await parallelism(1_000)).toBe(true);
    expect(await parallelism(20_000_001)).toBe(false);
  });

  it("keys a stage by its own section, what it reads but for timings, its code, libraries, backend and model", async () => {
    const { train } = (await infer(files))["tiny.probe"]?.targets ?? {};
    expect(train?.inputs).toEqual([
      { json: "{workspaceRoot}/experiments/tiny/experiment.json", fields: ["stages.probe", "model", "seed"] },
      { dependentTasksOutputFiles: "runs/tiny/data/!(speed).arrow" },
      { dependentTasksOutputFiles: "packages/artifacts/dist/**/*.js" },
      { dependentTasksOutputFiles: "packages/train/dist/**/*.js" },
      "{workspaceRoot}/packages/artifacts/src/**/kernels/**/*",
      "{workspaceRoot}/packages/train/src/**/kernels/**/*",
      { json: "{workspaceRoot}/packages/artifacts/package.json", fields: ["dependencies"] },
      { json: "{workspaceRoot}/packages/train/package.json", fields: ["dependencies"] },
      { externalDependencies: ["apache-arrow", "zod"] },
      { env: "FT_BACKEND" },
      { env: "FT_THREADS" },
      "{workspaceRoot}/models/nano/**/*",
      "!{workspaceRoot}/models/nano/**/*.md",
    ]);
  });

  it("runs an outside command through its checker, keyed by the contracts and by the script it names", async () => {
    const { circuits } = (await infer(files))["tiny.circuits"]?.targets ?? {};
    expect(circuits?.command).toBe(
      "node tools/nx/run-outside.mjs --experiment experiments/tiny/experiment.json --stage circuits",
    );
    expect(circuits?.inputs).toContainEqual({ runtime: 'node tools/nx/fingerprint.mjs "my-circuits.py"' });
    expect(circuits?.inputs).toContainEqual({ dependentTasksOutputFiles: "packages/artifacts/dist/**/*.js" });
    expect(circuits?.inputs).not.toContainEqual({
      dependentTasksOutputFiles: "packages/circuits/dist/**/*.js",
    });
  });

  it("keys a stage by the files its config names", async () => {
    const { data } = (await infer(files))["tiny.data"]?.targets ?? {};
    expect(data?.inputs).toContainEqual({ runtime: 'node tools/nx/fingerprint.mjs "pairs.csv"' });
  });

  it("keys the report by how its inputs were made as well", async () => {
    const { report } = (await infer(files))["tiny.report"]?.targets ?? {};
    expect(report?.inputs).toContainEqual({ dependentTasksOutputFiles: "runs/tiny/probe/!(speed).arrow*" });
  });

  it.each(["../elsewhere/pythia", "models/ignored-by-git"])(
    "fingerprints the model %s, unseen by Nx",
    async (model) => {
      const changed = { ...files, "experiments/tiny/experiment.json": { ...experiment, model } };
      const { train } = (await infer(changed))["tiny.probe"]?.targets ?? {};
      expect(train?.inputs?.at(-1)).toEqual({ runtime: `node tools/nx/fingerprint.mjs "${model}"` });
    },
  );

  it("builds a package after the packages it depends on, directly or not", async () => {
    const { build } = (await infer(files))["@ft/tools"]?.targets ?? {};
    expect(build).toMatchObject({ command: "tsc -b tools", cache: true, outputs: ["{projectRoot}/dist"] });
    expect(build?.dependsOn).toEqual([
      { projects: "@ft/artifacts", target: "build" },
      { projects: "@ft/report", target: "build" },
    ]);
  });

  it("never answers `nx run base:pretrain` from the cache", async () => {
    const { base } = await infer(files);
    expect(base?.targets?.pretrain).toMatchObject({ cache: false, outputs: ["{projectRoot}"] });
  });

  it("reports a bad experiment by file and place, lets its report fail, and keeps the others", async () => {
    const report = vi.spyOn(console, "error").mockImplementation(() => {});
    const bad = { ...experiment, stages: { data: { uses: "dta" } } };
    const projects = await infer({ ...files, "experiments/bad/experiment.json": bad });
    expect(report.mock.calls.flat()).toEqual([
      expect.stringMatching(
        /^experiments\/bad\/experiment\.json: .*stages\.data\.uses: expected one of .*"dta"$/,
      ),
    ]);
    report.mockRestore();
    expect(projects["tiny.report"]).toBeDefined();
    expect(projects["bad.refused"]?.targets?.report?.command).toBe(
      'node tools/nx/refuse.mjs "experiments/bad/experiment.json"',
    );
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
    expect(Object.keys(projects["@ft/train"]?.targets ?? {})).toEqual(["compile"]);
  });
});
