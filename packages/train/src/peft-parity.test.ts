/** Every adapter kind against PEFT over thirty updates; test/fixtures/peft-kinds says how the values were made. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ops, openBackend } from "@ft/backend";
import {
  type Adapter,
  type AdapterModule,
  adapterKind,
  batchLogits,
  createTrainable,
  type LoadedModel,
  layOut,
  loadDecoder,
  loadModel,
  mergeAdapter,
  openSafetensors,
  savePeft,
  type Weights,
} from "@ft/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../../backend/src/testing/all-close.ts";
import { stateAt, trainFrom, type Updates } from "./testing/updates.ts";

const fixture = join(import.meta.dirname, "../../../test/fixtures/peft-kinds");

interface Expected {
  training: Updates;
  dropout: number;
  cases: Record<string, { kind: string; modules: AdapterModule[]; losses: number[]; dropoutLoss?: number }>;
  batches: number[][][];
}
const expected: Expected = JSON.parse(readFileSync(join(fixture, "expected.json"), "utf8"));

/** Float32 against float64, over thirty updates of Adam, which magnifies small gradients to their sign. */
const TRAINED = { relative: 1e-3 };
/** Float32 against PyTorch's float64. */
const FLOAT32 = { relative: 1e-5 };

function tensorsOf(file: string, prefix = ""): Weights {
  const opened = openSafetensors(join(fixture, file));
  const names = [...opened.tensors.keys()].filter((name) => name.startsWith(prefix));
  return new Map(names.map((name) => [name.slice(prefix.length), opened.read(name)]));
}

function adapterOfCase(name: string): Adapter {
  const { kind, modules } = expected.cases[name]!;
  const parse = ({ name, ...given }: AdapterModule) => ({ name, ...adapterKind(kind).module.parse(given) });
  return { kind, modules: kind === "full" ? [] : modules.map(parse) };
}

const folder = mkdtempSync(join(tmpdir(), "ft-peft-"));
afterAll(() => rmSync(folder, { recursive: true }));

// Plain tensorflow.js is slow at thirty updates; its gradients are compared all the same.
const backends = [
  { backend: "native", cases: Object.keys(expected.cases) },
  { backend: "tfjs", cases: [] },
  { backend: "wasm", cases: Object.keys(expected.cases) },
] as const;

describe.each(backends)("$backend", ({ backend, cases }) => {
  let ops: Ops;
  let model: LoadedModel;
  beforeAll(async () => {
    ops = await openBackend({ backend });
    model = await loadModel(fixture);
  });

  test.each(cases)("%s: losses, trained tensors and files are PEFT's, and merged its logits", (name) => {
    const adapter = adapterOfCase(name);
    const start = tensorsOf("start.safetensors", `${name} `);
    const { losses, trained } = trainFrom(ops, model, adapter, start, expected.batches, expected.training);
    expectAllClose(Float32Array.from(losses), Float32Array.from(expected.cases[name]!.losses), TRAINED);

    const merged = mergeAdapter(ops, model.weights, adapter, trained);
    if (adapter.kind === "full") expectTensors(merged, tensorsOf("full.safetensors"));
    else {
      savePeft(folder, model.config, adapter, trained);
      const written = openSafetensors(join(folder, "adapter_model.safetensors"));
      const ours = new Map([...written.tensors.keys()].map((key) => [key, written.read(key)]));
      expectTensors(ours, tensorsOf(`peft/${name}/adapter_model.safetensors`));
      expectConfig(name);
    }
    const { decoder, dispose } = loadDecoder(ops, model.config, merged);
    const everywhere = expected.batches[0]!.map((tokens) => ({
      tokens,
      targets: tokens.map((_, position) => ({ position, token: 0 })),
    }));
    const wanted = tensorsOf("logits.safetensors").get(name)!.data;
    expectAllClose(ops.read(batchLogits(ops, decoder, layOut(everywhere))), wanted, TRAINED);
    dispose();
  });

  const masked = Object.keys(expected.cases).filter(
    (name) => expected.cases[name]!.dropoutLoss !== undefined,
  );
  test.each(masked)("%s with a given dropout mask has PyTorch's gradients", (name) => {
    const plain = adapterOfCase(name);
    const modules = plain.modules.map((module) => ({
      ...module,
      settings: { ...(module.settings as object), dropout: expected.dropout, orthogonality: 0 },
    }));
    const adapter = { kind: plain.kind, modules };
    const values = tensorsOf("dropout.safetensors", `${name} value `);
    const trainable = createTrainable(ops, model, adapter, 1, stateAt(model, adapter, values));
    const [tokens, answers] = [expected.batches[1]!, expected.batches[1]!.toReversed()];
    const sequences = tokens.map((own, i) => ({
      tokens: own,
      targets: own.map((_, position) => ({ position, token: answers[i]![position]! })),
    }));
    ops.scope(() => {
      const { loss, gradients } = trainable.lossAndGradients(
        layOut(sequences, false),
        (linear, rate, count) => {
          const place = modules.findIndex((module) => module.name === linear);
          const columns = model.weights.get(`${linear}.weight`)!.shape[1]!;
          return Float32Array.from({ length: count }, (_, i) =>
            (7 * Math.floor(i / columns) + 13 * (i % columns) + 5 * place) % 4 === 0 ? 0 : 1 / (1 - rate),
          );
        },
      );
      expect(loss / expected.cases[name]!.dropoutLoss!).toBeCloseTo(1, 5);
      const ours = new Map(
        [...gradients].map(([key, gradient]) => [
          key,
          { shape: [...gradient.shape], data: ops.read(gradient) as Float32Array },
        ]),
      );
      expectTensors(ours, tensorsOf("dropout.safetensors", `${name} gradient `), FLOAT32);
    });
    trainable.dispose();
  });
});

function expectTensors(actual: Weights, wanted: Weights, tolerance = TRAINED): void {
  expect([...actual.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [name, { shape, data }] of wanted) {
    expect(actual.get(name)!.shape, name).toEqual(shape);
    expectAllClose(actual.get(name)!.data, data, tolerance);
  }
}

/** Keys that PEFT writes and that matter only to further training: ours say that AdaLoRA's schedule is over. */
const SCHEDULE = ["tinit", "tfinal", "total_step", "r"];

function expectConfig(name: string): void {
  const read = (file: string) => {
    const config = JSON.parse(readFileSync(file, "utf8"));
    for (const list of ["target_modules", "feedforward_modules"]) config[list]?.sort();
    return config;
  };
  const theirs = read(join(fixture, "peft", name, "adapter_config.json"));
  for (const [key, value] of Object.entries(read(join(folder, "adapter_config.json"))))
    if (!(name === "adalora" && SCHEDULE.includes(key))) expect(value, key).toEqual(theirs[key]);
}
