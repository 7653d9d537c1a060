/** A GPT-NeoX as transformers saves it goes through every stage of an experiment and every command that takes a model. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  changesSchema,
  circuitsSchema,
  datasetSchema,
  edgesSchema,
  readTable,
  verifyFile,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { batchLogits, layOut, loadDecoder, loadModel, openTokenizer } from "@ft/model";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { runStage, shortTraining, sourceOf } from "../run-stage.ts";
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

  test("tied embeddings are the same model, whichever of their names is in the file", async () => {
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
  ...shortTraining,
  scores: {
    uses: "attribute",
    inputs: { data: "data", plan: "plan", train: "train" },
    config: { steps: 2 },
  },
  circuits: {
    uses: "circuits",
    inputs: { scores: "scores" },
    config: { fraction: 0.3, fractions: [0.2] },
  },
  evaluation: {
    uses: "evaluate",
    inputs: { circuits: "circuits", data: "data", plan: "plan", train: "train" },
  },
  "circuit-plan": {
    uses: "lora",
    inputs: { circuits: "circuits" },
    config: { plans: [{ name: "circuit-lora", method: "circuit", ranks: [1, 2], critical: 1 }] },
  },
  report: {
    uses: "report",
    inputs: {
      data: "data",
      plan: ["plan"],
      train: ["train"],
      scores: "scores",
      circuits: "circuits",
      evaluation: "evaluation",
    },
  },
};

describe("an experiment", () => {
  test("runs every stage on it, from its prompts to its report", async () => {
    const file = join(root, "experiments", "own-model", "experiment.json");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, JSON.stringify({ model: "models/saved", seed: 1, stages: STAGES }));
    for (const [stage, { uses }] of Object.entries(STAGES)) {
      await runStage(file, stage, uses);
      expect(process.exitCode, printed.err).toBeUndefined();
    }
    const runs = join(root, "runs", "own-model");
    const rows = readTable(join(runs, "data"), datasetSchema);
    expect(rows.length).toBe(40);
    // One <|endoftext|>, in front.
    for (const { cleanTokens } of rows) expect(cleanTokens.lastIndexOf(0)).toBe(0);
    expect(existsSync(join(runs, "report", "report.html"))).toBe(true);
    expect(existsSync(join(runs, "report", "tables", "circuits.csv"))).toBe(true);
  });
});

describe("a checkpoint of the experiment", () => {
  const runs = join(root, "runs", "own-model");
  const pairs = ["--pairs", join(root, "pairs.jsonl")];
  const last = ["--checkpoint", join(runs, "train")];
  let main: (args: string[]) => Promise<void>;
  beforeAll(async () => {
    ({ main } = await import(sourceOf("tools/src/cli/main.ts")));
  });

  test("is attributed and evaluated in place of a model folder; its manifest leads to the plan and the base model", async () => {
    const graphs: unknown[] = [];
    for (const step of ["first", "last"]) {
      const graph = join(root, `${step}.json`);
      await main(["attribute", ...last, ...pairs, "--step", step, "--fraction", "0.5", "--out", graph]);
      const { attribution, edges } = JSON.parse(readFileSync(graph, "utf8"));
      expect(attribution.checkpoint).toMatchObject({ plan: "lora-2", draw: 0, seed: 1 });
      expect(attribution).toHaveProperty("checkpoints");
      expect(verifyFile(graph).runs).toEqual({ experiment: "own-model", stage: "train" });
      graphs.push(edges);
      const result = join(root, "own.json");
      await main(["evaluate", ...last, ...pairs, "--step", step, "--circuit", graph, "--out", result]);
      expect(JSON.parse(readFileSync(result, "utf8")).faithfulness).toBeGreaterThan(0);
    }
    expect(graphs[0]).not.toEqual(graphs[1]);
    const base = join(root, "base.json");
    await main(["attribute", "--model", folderOf("saved"), ...pairs, "--fraction", "0.5", "--out", base]);
    expect(edgesOf(join(root, "first.json"))).toEqual(edgesOf(base));
  });

  test("has its edges exported by name, from its circuits or its scores, and its circuits compared", async () => {
    const out = (name: string) => join(root, name);
    await main(["export", "edges", join(runs, "circuits"), "--step", "last", "--out", out("edges.csv")]);
    const [header, first, ...others] = readFileSync(out("edges.csv"), "utf8").trimEnd().split("\n");
    expect(header).toBe("plan,draw,seed,step,sample,edge,source,destination,port,score,rank,inCircuit");
    expect(first).toMatch(/^lora-2,0,1,\d+,all,\S+->\S+,\S+,1,(true|false)$/);
    const [circuit] = readTable(join(runs, "circuits"), circuitsSchema).filter(
      ({ rule, size, step }) => rule === "top" && size === 0.3 && step > 0,
    );
    expect([first, ...others].filter((line) => line!.endsWith("true"))).toHaveLength(circuit!.edges.length);
    await main(["export", "edges", join(runs, "scores"), "--size", "0.3", "--out", out("edges.arrow")]);
    const rows = readTable(out("edges.arrow"), edgesSchema);
    expect(rows).toHaveLength(2 * (others.length + 1));
    expect(rows.filter((row) => row.inCircuit && row.step > 0)).toHaveLength(circuit!.edges.length);
    await main(["compare", join(runs, "circuits"), join(runs, "circuits"), "--json"]);
    const [change] = readTable(join(runs, "circuits"), changesSchema);
    const compared = JSON.parse(printed.out.slice(printed.out.indexOf("\n{") + 1));
    expect(compared.edges.changeRate).toBeCloseTo(change!.edgeChangeRate, 12);
  });

  test("is refused with what is missing", async () => {
    const refused = async (args: string[], message: RegExp) => {
      await main(["attribute", ...pairs, "--out", join(root, "refused.json"), ...args]);
      expect(printed.err).toMatch(message);
      expect(existsSync(join(root, "refused.json"))).toBe(false);
      process.exitCode = undefined;
      printed.err = "";
    };
    await refused([], /there is no model\n.*--model, or --checkpoint/);
    await refused(["--model", folderOf("saved"), "--seed", "1"], /--seed has no effect without --checkpoint/);
    await refused([...last, "--plan", "lora-3"], /no such plan[\s\S]*choose one of lora-2/);
    await refused([...last, "--step", "7"], /no such step/);
    await refused([...last, "--model", folderOf("sharded")], /not the checkpoint's base model/);
    const elsewhere = mkdtempSync(join(tmpdir(), "pythia-like-"));
    onTestFinished(() => rmSync(elsewhere, { recursive: true }));
    const moved = join(elsewhere, "train");
    cpSync(join(runs, "train"), moved, { recursive: true });
    await refused(["--checkpoint", moved], /base model is not known[\s\S]*--model/);
    await refused(
      ["--checkpoint", moved, "--model", folderOf("saved")],
      /the plan that the run was trained with no longer exists[\s\S]*--plans/,
    );
  });
});
