import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashModel, verifyFile } from "@ft/artifacts";
import { describe, expect, test, vi } from "vitest";
import { fetchModel } from "../hub/fetch-model.ts";
import { FIRST, MODEL, tinyHub } from "../hub/testing/tiny-hub.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const FAMILIES = join(import.meta.dirname, "../../../test/fixtures/families");

const printed = capturePrinted();
const hub = tinyHub();

/** The environment in which the command reaches the hub of the test. */
function online(): void {
  vi.stubEnv("HF_ENDPOINT", hub.server.endpoint);
  for (const name of ["HF_TOKEN", "HF_HUB_OFFLINE"]) vi.stubEnv(name, "");
}

const shown = () =>
  Object.fromEntries(
    [...printed.out.matchAll(/^ {2}(\w+) +(.*)$/gm)].map(([, label, value]) => [label, value]),
  );

describe("ft model info", () => {
  test("shows a folder's family, dimensions, weights and graph, and that it can be used", async () => {
    await main(["model", "info", MODEL]);
    expect(printed.out.split("\n")[0]).toBe(MODEL);
    expect(shown()).toEqual({
      family: "gpt-neox",
      layers: "8, attention and MLP in parallel",
      heads: "8 of 16 dimensions",
      width: "128",
      MLP: "512, gelu",
      vocabulary: "1,192",
      positions: "128",
      graph: "74 nodes, 6,573 edges",
      parameters: "1,891,584",
      weights: "F16, 4 MB in 1 file",
      tokenizer: "tokenizer.json",
      usable: "yes",
    });
    expect(process.exitCode).toBeUndefined();
  });

  test("shows grouped queries, tied embeddings, several files and a missing tokenizer", async () => {
    await main(["model", "info", join(FAMILIES, "qwen2-sharded", "model")]);
    expect(shown()).toMatchObject({
      heads: "4 of 8 dimensions, 2 for keys and values",
      layers: "2, attention and MLP one after the other",
      vocabulary: "64, embeddings tied",
      weights: "F32, 73 kB in 2 files",
      tokenizer: "none: prompts can only be token ids",
      usable: "yes",
    });
  });

  test("gives the reason why a model cannot be used, and what is known of it", async () => {
    const config = JSON.parse(hub.repository.commits[FIRST]!["config.json"]!.toString());
    const change = (changes: object) => {
      hub.repository.commits[FIRST]!["config.json"] = Buffer.from(JSON.stringify({ ...config, ...changes }));
    };
    online();
    change({ model_type: "mamba" });
    await main(["model", "info", "hf://org/tiny"]);
    expect(shown()).toMatchObject({
      family: "mamba (model_type)",
      parameters: "1,891,584",
      weights: expect.stringMatching(/^F16/),
    });
    expect(printed.out).toMatch(
      /usable +no: the model's architecture is not supported\n[\s\S]*Supported: gpt_neox/,
    );
    expect(process.exitCode).toBe(1);
    change({ hidden_act: "tanh" });
    await main(["model", "info", "hf://org/tiny"]);
    expect(printed.out).toContain("this variant of GPT-NeoX is not supported");
    change({ num_hidden_layers: 9 });
    await main(["model", "info", "hf://org/tiny"]);
    expect(printed.out).toMatch(/layers +9[\s\S]*no: the model has no tensor "gpt_neox.layers.8/);
    delete hub.repository.commits[FIRST]!["model.safetensors"];
    await main(["model", "info", "hf://org/tiny"]);
    expect(printed.out).toMatch(/none as safetensors[\s\S]*no: the repository has no weights as safetensors/);
  });

  test("of a model of the hub requests only config and headers, and is the same after it was fetched", async () => {
    online();
    await main(["model", "info", "hf://org/tiny@v1"]);
    const remote = shown();
    expect(remote.folder).toBe("not downloaded");
    expect(hub.server.downloads.filter((path) => path.startsWith("store"))).toHaveLength(2);
    const lengths = hub.server.requests.flatMap(({ host, range = "" }) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
      return host === "store" ? [Number(last) - Number(first) + 1] : [];
    });
    expect(lengths[0]).toBe(8);
    expect(lengths[1]).toBeLessThan(20_000);
    printed.out = "";
    const { folder } = await fetchModel({ id: "org/tiny", revision: "v1" }, hub.options);
    hub.server.requests.length = 0;
    await main(["model", "info", "hf://org/tiny@v1"]);
    expect(printed.out).toContain(`hf://org/tiny@${FIRST}`);
    expect(shown()).toEqual({ ...remote, folder });
    expect(hub.server.requests).toEqual([]);
  });

  test("of a server without ranges says how to get on", async () => {
    online();
    hub.server.faults.noRanges = true;
    await main(["model", "info", "hf://org/tiny"]);
    expect(printed.out).toMatch(/does not send parts of files[\s\S]*npx ft model fetch hf:\/\/org\/tiny/);
  });
});

describe("ft model fetch", () => {
  test("prints commit and folder, with progress in megabytes", async () => {
    online();
    vi.stubEnv("FT_QUIET", "");
    await main(["model", "fetch", "hf://org/tiny", "hf://org/tiny@v1"]);
    const folder = join(hub.cache, "models--org--tiny", "snapshots", FIRST);
    const name = `hf://org/tiny@${FIRST}`;
    expect(printed.out).toBe(`${name}: 4 MB downloaded\n${folder}\n${name}: up to date\n${folder}\n`);
    expect(printed.err).toMatch(/downloading hf:\/\/org\/tiny: 0\/4 MB\n.*: 4\/4 MB/);
  });

  test("takes a name in the form that all commands take, and says so", async () => {
    await main(["model", "fetch", "org/tiny"]);
    expect(printed.err).toMatch(/not a model of the hub[\s\S]*write hf:\/\/org\/tiny$/m);
    expect(process.exitCode).toBe(1);
  });
});

describe("a model of the hub in a command", () => {
  test("is fetched when it is first needed, and recorded with its commit", async () => {
    online();
    const out = join(hub.cache, "../graph.json");
    const pairs = join(hub.cache, "../pairs.jsonl");
    writeFileSync(pairs, JSON.stringify({ clean: [1, 2], corrupted: [1, 3], answer: 4, wrong: 5 }));
    const args = ["--model", "hf://org/tiny", "--pairs", pairs, "--out", out, "--method", "eap"];
    await main(["attribute", ...args]);
    expect(printed.err).not.toContain("error");
    const baseModel = `hf://org/tiny@${FIRST}`;
    expect(verifyFile(out)).toMatchObject({ baseModel, inputs: { model: hashModel(MODEL) } });
    expect(JSON.parse(readFileSync(out, "utf8")).attribution.baseModel).toBe(baseModel);
    const before = hub.server.requests.length;
    await main(["export", "graph", out, "--model", "hf://org/tiny", "--out", out.replace("graph", "again")]);
    await main(["tasks", "add-sub", "--model", "hf://org/tiny", "--examples", "1"]);
    expect(printed.err).not.toContain("error");
    expect(hub.server.requests).toHaveLength(before);
  });

  test("is refused offline if it is not there", async () => {
    online();
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    await main(["tasks", "add-sub", "--model", "hf://org/tiny"]);
    expect(printed.err).toMatch(/hf:\/\/org\/tiny is not in the download cache, and HF_HUB_OFFLINE/);
    expect(hub.server.requests).toEqual([]);
    rmSync(hub.cache, { recursive: true, force: true });
  });
});
