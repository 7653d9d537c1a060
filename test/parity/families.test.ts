/**
 * Every model family against an independent implementation, on random models; test/fixtures/families says how the numbers were
 * made and checked against transformers. With FT_PARITY_TABLE in the environment the differences are printed.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ops, openBackend } from "@ft/backend";
import { attribute, evaluateCircuits, type Pair } from "@ft/circuits";
import { createGraph, firstEdges, type Graph, GraphNames, prune, rankEdges, setOf } from "@ft/graph";
import {
  adapterKind,
  addPositions,
  createTrainable,
  createTree,
  embed,
  graphShape,
  type HostTensor,
  type LoadedModel,
  layOut,
  loadDecoder,
  loadModel,
  mergeAdapter,
  openSafetensors,
  ROOT,
  runBlocks,
  saveModel,
  type Weights,
} from "@ft/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trainFrom, type Updates } from "../../packages/train/src/testing/updates.ts";
import { type Difference, printDifferences } from "./differences-table.ts";
import { differences, inOrder, largestOf, lastLogits, namesIn } from "./fixture.ts";

/** Of prompts.json, for all variants. */
interface Prompts {
  /** Points of EAP-IG. */
  steps: number;
  pairs: (Pair & { clean: number[]; corrupted: number[] })[];
  training: Updates & { rank: number; alpha: number };
  batches: number[][][];
}

/** Of a variant's expected.json. */
interface Expected {
  family: string;
  dtype: string;
  /** The order of every vector of scores. */
  edges: string[];
  /** The circuit's edges before and after pruning. */
  circuit: { top: string[]; edges: string[] };
  /** The full names of all linears. */
  linears: string[];
}

/** Float32 here against float64 there, once through the layers; the two forms of GELU differ by ten times as much. */
const FORWARD = 2e-5;
/** The same through the layers and back. */
const SCORES = 5e-5;
/** Gradients of weights also sum over rows. */
const GRADIENTS = 1e-4;
/** Of all gradients' largest value: a tensor with none above it is compared with this. A bias of keys may have none at all, since
 * it moves all scores of a query alike, and float32 leaves rounding of larger sums there. */
const NEGLIGIBLE = 1e-2;
/** Thirty updates of Adam, which magnifies small gradients to their sign. */
const TRAINED = 1e-3;

const fixtures = join(import.meta.dirname, "../fixtures/families");
const { pairs, steps, training, batches }: Prompts = JSON.parse(
  readFileSync(join(fixtures, "prompts.json"), "utf8"),
);
const clean = pairs.map((pair) => pair.clean);

const variants = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "__pycache__")
  .map(({ name }) => {
    const folder = join(fixtures, name);
    const expected: Expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
    return { name, folder, expected, tensors: openSafetensors(join(folder, "expected.safetensors")) };
  });
// Plain operations and WebAssembly take other paths through the same layers: outputs, gradients and scores show them all.
const runs = variants.flatMap((variant) =>
  (["native", "tfjs", "wasm"] as const).map((backend) => ({ backend, ...variant })),
);

const written = mkdtempSync(join(tmpdir(), "ft-families-"));
const seen: Difference[] = [];
afterAll(() => {
  rmSync(written, { recursive: true });
  if (process.env.FT_PARITY_TABLE) printDifferences(seen);
});

describe.each(runs)("$name on $backend", ({ backend, folder, expected, tensors }) => {
  let ops: Ops;
  let model: LoadedModel;
  let graph: Graph;
  let names: GraphNames;
  beforeAll(async () => {
    ops = await openBackend({ backend });
    model = await loadModel(join(folder, "model"));
    graph = createGraph(graphShape(model.config));
    names = new GraphNames(graph);
  });

  /** Compares with a tensor of the fixture, relative to its largest value unless there is a scale. */
  const expectClose = (actual: ArrayLike<number>, name: string, tolerance: number, scale?: number) => {
    const found = differences(actual, tensors, name, scale);
    const { family, dtype } = expected;
    seen.push({ ...found, family, dtype, backend, quantity: name.split(".")[0]! });
    expect(found.largest, name).toBeLessThan(tolerance);
  };

  /** The fixture's tensors whose names begin alike, without that beginning. */
  const tensorsOf = (prefix: string): Weights =>
    new Map(
      [...tensors.tensors.keys()]
        .filter((name) => name.startsWith(prefix))
        .map((name) => [name.slice(prefix.length), tensors.read(name)]),
    );

  /** Tensors by their names in a checkpoint, as they lie there. */
  const asSaved = (weights: Weights): Weights => {
    saveModel(written, { config: model.config, weights });
    const file = openSafetensors(join(written, "model.safetensors"));
    return new Map([...file.tensors.keys()].map((name) => [name, file.read(name)]));
  };

  test.each([true, false])("logits behind the last token, prefixes shared: %s", (share) => {
    for (const prompt of ["clean", "corrupted"] as const) {
      const prompts = pairs.map((pair) => pair[prompt]);
      expectClose(lastLogits(ops, model, prompts, share), `logits.${prompt}`, FORWARD);
    }
  });

  test.each([true, false])(
    "the loss of training and its gradient for every weight, prefixes shared: %s",
    (share) => {
      const examples = pairs.map(({ clean, answer }) => ({
        tokens: clean,
        targets: [{ position: clean.length - 1, token: answer }],
      }));
      const trainable = createTrainable(ops, model, { kind: "full", modules: [] }, 1);
      const gradients = new Map<string, HostTensor>();
      ops.scope(() => {
        const found = trainable.lossAndGradients(layOut(examples, share));
        expectClose([found.loss], "loss", FORWARD);
        for (const [name, gradient] of found.gradients)
          gradients.set(name, { shape: [...gradient.shape], data: ops.read(gradient) as Float32Array });
      });
      trainable.dispose();
      const wanted = [...tensorsOf("gradient.").keys()];
      const found = asSaved(gradients);
      expect([...found.keys()].sort()).toEqual(wanted.sort());
      const largest = Math.max(...wanted.map((name) => largestOf(tensors, `gradient.${name}`)));
      for (const [name, { data, shape }] of found) {
        const file = `gradient.${name}`;
        expect(shape, name).toEqual(tensors.read(file).shape);
        expectClose(data, file, GRADIENTS, Math.max(largestOf(tensors, file), NEGLIGIBLE * largest));
      }
    },
  );

  test.each([true, false])("scores of EAP, prefixes shared: %s", (share) => {
    const scores = attribute(ops, model, pairs, { method: "eap", metric: "logit-diff", share });
    expectClose(inOrder(scores, expected.edges, names), "eap.logit-diff", SCORES);
  });

  // The tests below add no operation of a backend to those above.
  if (backend !== "native") return;

  test.each(["logit-diff", "kl"])("scores of EAP-IG by %s, prefixes shared or not", (metric) => {
    for (const share of [true, false]) {
      const scores = attribute(ops, model, pairs, { method: "eap-ig", metric, steps, share });
      expectClose(inOrder(scores, expected.edges, names), `eap-ig.${metric}`, SCORES);
    }
  });

  test("the residual stream after each layer", () => {
    const { decoder, dispose } = loadDecoder(ops, model.config, model.weights);
    ops.scope(() => {
      const [tokens] = clean as [number[]];
      const tree = createTree(
        ops,
        model.config,
        tokens.map((_, position) => (position === 0 ? ROOT : position - 1)),
      );
      const embedded = embed(ops, decoder, ops.tensor(Int32Array.from(tokens), [tokens.length]));
      const x = addPositions(ops, decoder, embedded, Int32Array.from(tokens.keys()));
      const { visited } = runBlocks(ops, decoder, tree, x, { visit: (_, block) => block.x });
      expect(visited).toHaveLength(tensorsOf("residual.").size);
      visited.forEach((stream, layer) => {
        expectClose(ops.read(stream), `residual.${layer}`, FORWARD);
      });
    });
    dispose();
  });

  test("the circuit of the top 20%: its edges, and outputs under each ablation", () => {
    const scores = attribute(ops, model, pairs, { metric: "logit-diff", steps });
    const top = firstEdges(graph, rankEdges(graph, scores), expected.circuit.top.length);
    expect(namesIn(top, names)).toEqual(expected.circuit.top);
    expect(namesIn(prune(graph, top), names)).toEqual(expected.circuit.edges);
    const chosen = setOf(
      graph,
      expected.circuit.edges.map((edge) => names.edgeIndex(edge)),
    );
    // Without biases and positions nothing is left of a model when everything is set to zero.
    const scale = largestOf(tensors, "logits.clean");
    for (const ablation of ["patching", "zero", "mean"])
      for (const share of [true, false]) {
        const options = { ablation, logits: true, share };
        const { circuits } = evaluateCircuits(ops, model, pairs, [chosen, graph.emptySet()], options);
        expectClose(circuits[0]!.logits!, `circuit.${ablation}`, FORWARD, scale);
        expectClose(circuits[1]!.logits!, `empty.${ablation}`, FORWARD, scale);
      }
    const all = graph.emptySet().fill(1);
    const { circuits } = evaluateCircuits(ops, model, pairs, [all], { logits: true });
    expectClose(circuits[0]!.logits!, "logits.clean", FORWARD);
  });

  test("LoRA on every linear: losses, what is trained, and logits when merged", () => {
    const { rank, alpha, ...updates } = training;
    const module = adapterKind("lora").module.parse({ rank, alpha, settings: {} });
    const adapter = { kind: "lora", modules: expected.linears.map((name) => ({ name, ...module })) };
    const { losses, trained } = trainFrom(ops, model, adapter, tensorsOf("lora.start."), batches, updates);
    expectClose(losses, "lora.losses", TRAINED);
    expect([...trained.keys()].sort()).toEqual([...tensorsOf("lora.end.").keys()].sort());
    for (const [name, { data, shape }] of trained) {
      expect(shape, name).toEqual(tensors.read(`lora.end.${name}`).shape);
      expectClose(data, `lora.end.${name}`, TRAINED);
    }
    const weights = mergeAdapter(ops, model.weights, adapter, trained);
    expectClose(lastLogits(ops, { ...model, weights }, clean, true), "lora.merged", TRAINED);
  });
});
