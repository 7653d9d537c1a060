/** A GPT-NeoX as transformers saves it goes through every stage of an experiment and every command that takes a model. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { datasetSchema, readTable } from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { batchLogits, layOut, loadDecoder, loadModel, openTokenizer } from "@ft/model";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { asSaved, FIXTURE, shardedWithOlderKeys, tied } from "./variants.ts";

/** Logits against transformers', both in float32, relative to the largest. */
const PARITY = 1e-4;

const expected = JSON.parse(readFileSync(join(FIXTURE, "expected.json"), "utf8")) as {
  ids: Record<string, number[]>;
  tokens: number[];
  logits: number[];
};

const root = mkdtempSync(join(tmpdir(), "pythia-like-"));
afterAll(() => rmSync(root, { recursive: true }));
const folderOf = (variant: string) => join(root, "models", variant);

beforeAll(async () => {
  writeFileSync(join(root, "nx.json"), "{}");
  mkdirSync(join(root, "models"));
  asSaved(folderOf("saved"));
  await shardedWithOlderKeys(folderOf("sharded"));
  for (const kept of ["gpt_neox.embed_in.weight", "embed_out.weight", "lm_head.weight"])
    await tied(folderOf(kept), kept);
});

const printed = { out: "", err: "" };
beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation((text) => {
    printed.out += `${text}\n`;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed.err += text;
    return true;
  });
});
afterEach(() => {
  expect(process.exitCode, printed.err).toBeUndefined();
  Object.assign(printed, { out: "", err: "" });
});
afterAll(() => vi.restoreAllMocks());

describe("a folder as transformers saves it", () => {
  test.each(["saved", "sharded"])("gives the tokens and logits of transformers: %s", async (variant) => {
    const { tokenizer } = await openTokenizer(folderOf(variant));
    for (const [text, ids] of Object.entries(expected.ids)) {
      expect([...tokenizer.encode(text)], text).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(text);
    }
    expect([tokenizer.bos, tokenizer.unknown]).toEqual([0, undefined]);
    const { config, weights } = await loadModel(folderOf(variant));
    const ops = await openBackend({ backend: "tfjs", mute: true });
    const { decoder, dispose } = loadDecoder(ops, config, weights);
    const { tokens } = expected;
    const batch = layOut([{ tokens, targets: [{ position: tokens.length - 1, token: 0 }] }]);
    const logits = ops.scope(() => ops.read(batchLogits(ops, decoder, batch)));
    dispose();
    const largest = Math.max(...expected.logits.map(Math.abs));
    for (const [i, value] of expected.logits.entries())
      expect(Math.abs(logits[i]! - value) / largest).toBeLessThan(PARITY);
  });
});

const PAIRS = [
  ["72 - 46", "72 + 46", "26", "18"],
  ["31 + 22", "31 - 22", "53", "9"],
].map(([clean, corrupted, answer, wrong]) => {
  const prompt = (sum: string) => `Calculate the result: ${sum} =`;
  return JSON.stringify({ clean: prompt(clean!), corrupted: prompt(corrupted!), answer, wrong });
});

/** A graph's nodes and edges; its origin names the model's hash, in which names of tensors count. */
function edgesOf(graph: string): { nodes: unknown; edges: unknown } {
  const { nodes, edges } = JSON.parse(readFileSync(graph, "utf8"));
  return { nodes, edges };
}

describe("the commands", () => {
  let main: (args: string[]) => Promise<void>;
  beforeAll(async () => {
    ({ main } = await import(sourceOf("tools/src/cli/main.ts")));
  });

  test("ft tasks draws prompts whose answers are one token", async () => {
    await main(["tasks", "add-sub", "--set", "within=49", "--examples", "5", "--model", folderOf("saved")]);
    expect(printed.out.match(/[+-] \d+ = \d+\n {2}corrupted/g)?.length).toBe(5);
  });

  test("ft attribute and ft evaluate give the same results, whichever version wrote the folder", async () => {
    writeFileSync(join(root, "pairs.jsonl"), PAIRS.join("\n"));
    const results: Record<string, unknown> = {};
    for (const variant of ["saved", "sharded"]) {
      const [graph, result] = ["graph", "result"].map((name) => join(root, `${variant}-${name}.json`));
      const given = ["--model", folderOf(variant), "--pairs", join(root, "pairs.jsonl")];
      await main(["attribute", ...given, "--out", graph!, "--fraction", "0.5"]);
      await main(["evaluate", ...given, "--circuit", graph!, "--out", result!]);
      results[variant] = { ...edgesOf(graph!), ...JSON.parse(readFileSync(result!, "utf8")) };
    }
    expect(JSON.parse(readFileSync(join(root, "saved-result.json"), "utf8")).faithfulness).toBeGreaterThan(0);
    expect(results.sharded).toEqual(results.saved);
  });

  test("tied embeddings are the same model, whichever of their names the file kept", async () => {
    const graphs = new Set<string>();
    for (const kept of ["gpt_neox.embed_in.weight", "embed_out.weight", "lm_head.weight"]) {
      const out = join(root, "tied.json");
      await main([
        "attribute",
        "--model",
        folderOf(kept),
        "--pairs",
        join(root, "pairs.jsonl"),
        "--out",
        out,
      ]);
      graphs.add(JSON.stringify(edgesOf(out)));
    }
    expect(graphs.size).toBe(1);
  });
});

const STAGES = {
  data: {
    uses: "data",
    config: {
      task: "add-sub",
      options: { within: 49 },
      examples: 40,
      split: { circuit: 0.2, validation: 0.1 },
    },
  },
  plan: { uses: "lora", config: { plans: [{ name: "lora-2", method: "uniform", rank: 2 }] } },
  train: {
    uses: "train",
    inputs: { data: "data", plan: "plan" },
    config: { seeds: [1], epochs: 1, batch: 8, warmUp: 1, learningRates: [0.01], checkpoints: { count: 2 } },
  },
  circuits: {
    uses: "circuits",
    inputs: { data: "data", plan: "plan", train: "train" },
    config: { steps: 2, fraction: 0.3, fractions: [0.2] },
  },
  "circuit-plan": {
    uses: "lora",
    inputs: { circuits: "circuits" },
    config: { plans: [{ name: "circuit-lora", method: "circuit", ranks: [1, 2], critical: 1 }] },
  },
  report: {
    uses: "report",
    inputs: { data: "data", plan: ["plan"], train: ["train"], circuits: "circuits" },
  },
};

describe("an experiment", () => {
  test("runs every stage on it, from its prompts to its report", async () => {
    const file = join(root, "experiments", "own-model", "experiment.json");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, JSON.stringify({ model: "models/saved", seed: 1, stages: STAGES }));
    for (const [stage, { uses }] of Object.entries(STAGES)) await runStage(file, stage, uses);
    const runs = join(root, "runs", "own-model");
    const rows = readTable(join(runs, "data"), datasetSchema);
    expect(rows.length).toBe(40);
    // One <|endoftext|>, in front.
    for (const { cleanTokens } of rows) expect(cleanTokens.lastIndexOf(0)).toBe(0);
    expect(existsSync(join(runs, "report", "report.html"))).toBe(true);
  });
});

/** A module that is a program's entry, and therefore no package exports. */
function sourceOf(path: string): string {
  return resolve(import.meta.dirname, "../..", path);
}

/** Runs a stage's own command line in this process: its module reads the arguments as it is loaded. */
async function runStage(experiment: string, stage: string, uses: string): Promise<void> {
  const { argv } = process;
  process.argv = [argv[0]!, uses, "--experiment", experiment, "--stage", stage];
  await import(`${sourceOf(`packages/${uses}/src/main.ts`)}?stage=${stage}`);
  process.argv = argv;
  expect(process.exitCode, printed.err).toBeUndefined();
}
