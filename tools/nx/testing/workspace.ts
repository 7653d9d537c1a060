/** A workspace for the plugin's tests: an experiment, a model and the packages. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { createNodes } from "../plugin.mjs";

export const experiment = {
  description: "not part of any key",
  model: "models/nano",
  seed: 1,
  stages: {
    data: { uses: "data", config: { import: { all: "pairs.csv" } } },
    plan: { uses: "lora" },
    probe: { uses: "train", inputs: { data: "data", plan: "plan" }, config: { epochs: 1 } },
    circuits: {
      uses: "circuits",
      inputs: { data: "data", train: "probe" },
      run: "python my-circuits.py --fast",
    },
    report: { uses: "report", inputs: { data: "data", train: ["probe"], circuits: "circuits" } },
  },
};

export const files: Record<string, unknown> = {
  "nx.json": {},
  "experiments/tiny/experiment.json": experiment,
  "models/nano/model.safetensors": "",
  "pairs.csv": "",
  "my-circuits.py": "",
  "tools/tsconfig.json": {},
  "tools/package.json": { name: "@ft/tools", dependencies: { "@ft/report": "0.1.0" } },
};
for (const name of ["artifacts", "data", "lora", "train", "circuits", "report"]) {
  const dependencies =
    name === "artifacts" ? { "apache-arrow": "21.2.0" } : { "@ft/artifacts": "0.1.0", zod: "4.6.7" };
  files[`packages/${name}/package.json`] = { name: `@ft/${name}`, dependencies };
  files[`packages/${name}/tsconfig.json`] = {};
}

type Results = Awaited<ReturnType<(typeof createNodes)[1]>>;
export type Project = NonNullable<Results[number][1]["projects"]>[string];

/** The folder of each test's workspace. */
export const workspace = { root: "" };

/** Gives every test of the file a folder of its own. */
export function useWorkspace(): void {
  beforeEach(() => {
    workspace.root = mkdtempSync(join(tmpdir(), "ft-plugin-"));
  });
  afterEach(() => rmSync(workspace.root, { recursive: true }));
}

/** Writes a file of the workspace. */
export function put(file: string, text: string): void {
  mkdirSync(dirname(join(workspace.root, file)), { recursive: true });
  writeFileSync(join(workspace.root, file), text);
}

/** The projects the plugin infers from these files, by name. */
export async function infer(
  contents: Record<string, unknown>,
  options = {},
): Promise<Record<string, Project>> {
  for (const [file, content] of Object.entries(contents))
    put(file, typeof content === "string" ? content : JSON.stringify(content));
  const results = await createNodes[1](Object.keys(contents), options, {
    workspaceRoot: workspace.root,
    nxJsonConfiguration: {},
  });
  const projects = results.flatMap(([, result]) => Object.values(result.projects ?? {}));
  return Object.fromEntries(projects.map((project) => [project.name ?? project.root, project]));
}
