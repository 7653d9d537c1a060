/** What the plugin makes of an experiment's base model. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { experiment, files, infer, type Project, put, useWorkspace, workspace } from "./testing/workspace.ts";

useWorkspace();

describe("the Nx plugin", () => {
  it("passes over an experiment with the tag weights until its model has them", async () => {
    const tagged = { ...experiment, tags: ["weights"], model: "models/large" };
    const large = { "models/large/config.json": {}, "experiments/large/experiment.json": tagged };
    const stagesOf = (projects: Record<string, Project>) =>
      Object.keys(projects).filter((name) => name.startsWith("large."));
    expect(stagesOf(await infer({ ...files, ...large }))).toEqual([]);
    const there = { ...files, ...large, "models/large/model.safetensors": "" };
    expect(stagesOf(await infer(there))).toContain("large.report");
  });

  it("runs a stage again when the commit of a model of the hub changes, and not when its weights are read", async () => {
    vi.stubEnv("HF_HUB_CACHE", join(workspace.root, "hub"));
    const key = async (model = "hf://org/name") => {
      const projects = await infer({
        ...files,
        "experiments/tiny/experiment.json": { ...experiment, model },
      });
      const { options, parallelism } = projects["tiny.probe"]?.targets?.train ?? {};
      return { key: options?.env.FT_KEY_MODEL, parallelism };
    };
    const fetched = (commit: string, bytes: number) => {
      const home = "hub/models--org--name";
      for (const name of ["config.json", "tokenizer.json", "model.safetensors"])
        put(`${home}/snapshots/${commit}/${name}`, "x".repeat(bytes));
      put(`${home}/refs/main`, commit);
    };
    const [first, second] = ["1".repeat(40), "2".repeat(40)] as const;
    const missing = await key();
    fetched(first, 1);
    const before = await key();
    expect(before).toEqual(await key(`hf://org/name@${first}`));
    expect(before).toEqual({ key: expect.not.stringMatching(missing.key), parallelism: true });
    fetched(second, 20_000_001);
    const after = await key();
    expect(after).toEqual({ key: expect.not.stringMatching(before.key), parallelism: false });
    fetched(first, 2);
    expect(await key()).toEqual(before);
    put(`hub/models--org--name/snapshots/${first}/special_tokens_map.json`, "{}");
    expect((await key()).key).not.toBe(before.key);
    vi.unstubAllEnvs();
  });

  it("runs stages in parallel on a small model, with one thread each, and alone on a large one", async () => {
    const parallelism = async (bytes: number) => {
      const projects = await infer({ ...files, "models/nano/model.safetensors": "x".repeat(bytes) });
      return projects["tiny.probe"]?.targets?.train?.parallelism;
    };
    expect(await parallelism(1_000)).toBe(true);
    expect(await parallelism(20_000_001)).toBe(false);
  });

  it("runs a stage again when a model outside the workspace changes", async () => {
    const keyOf = async (weights: string) => {
      const model = join(workspace.root, "outside");
      mkdirSync(model, { recursive: true });
      writeFileSync(join(model, "model.safetensors"), weights);
      return (await infer({ ...files, "experiments/tiny/experiment.json": { ...experiment, model } }))[
        "tiny.probe"
      ]?.targets?.train?.options.env;
    };
    expect(await keyOf("a")).toEqual(await keyOf("a"));
    expect(await keyOf("a")).not.toEqual(await keyOf("b"));
  });
});
