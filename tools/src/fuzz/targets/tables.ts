/** Arrow tables, their manifests, and graph files of the EAP-IG library. */

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AnySchema,
  answersSchema,
  canonicalJson,
  createProvenance,
  datasetSchema,
  hashOf,
  type Manifest,
  manifestPath,
  planSchema,
  readManifest,
  readTable,
  readZip,
  scoresSchema,
  sealTable,
  seededRandom,
  tablePath,
  tensorsSchema,
  writeTable,
  writeZip,
} from "@ft/artifacts";
import { circuitTorchBytes, createGraph, formatCircuitJson, readGraphFile } from "@ft/graph";
import type { Sample, Target } from "../target.ts";

const provenance = createProvenance();

const datasetRows = Array.from({ length: 4 }, (_, example) => ({
  example,
  split: "train" as const,
  kind: "add",
  clean: `${example} + 2 =`,
  corrupted: `${example} - 2 =`,
  answer: "3",
  corruptedAnswer: "-1",
  cleanTokens: [0, 11 + example, 5, 12, 6],
  corruptedTokens: [0, 11 + example, 7, 12, 6],
  answerToken: 13,
  corruptedAnswerToken: example % 2 ? 3 : null,
}));

const planRows = [0, 1, 2].map((layer) => ({
  plan: "circuit-8-32",
  draw: 0,
  seed: null,
  kind: "lora",
  settings: "{}",
  layer,
  module: "dense",
  rank: 8,
  alpha: 16,
  critical: layer === 1,
  edgeChange: layer === 0 ? null : 0.25,
  reason: "a sample – not ASCII",
}));

const tensorRows = [1, 2].map((n) => ({
  tensor: `tensor ${n}`,
  dtype: "float32" as const,
  shape: [2, n],
  data: new Uint8Array(8 * n),
}));

const scoresRows = [0, 10].map((step) => ({
  plan: "lora-2",
  draw: 0,
  seed: 1,
  step,
  sample: "all",
  layers: 1,
  heads: 1,
  parallel: true,
  scores: [1, -2, 0.5, 1e-300, 3, 4, 5],
  nodeScores: step === 0 ? null : [1, 2, 3],
}));

const answerRows = [0, 10].map((step) => ({
  ...{ plan: "lora-2", draw: 0, seed: 1, step, split: "test" as const },
  ...{ examples: [3, 4, 7], answered: step > 0 ? [3, 7] : [] },
}));

/** A table of each layout of columns: lists of either kind and nulls, booleans and floats, binary. */
async function writeTables(folder: string): Promise<{ file: string; schema: AnySchema }[]> {
  await writeTable(folder, datasetSchema, datasetRows, provenance);
  await writeTable(folder, planSchema, planRows, provenance);
  await writeTable(folder, tensorsSchema, tensorRows, provenance);
  await writeTable(folder, scoresSchema, scoresRows, provenance);
  await writeTable(folder, answersSchema, answerRows, provenance);
  return [datasetSchema, planSchema, tensorsSchema, scoresSchema, answersSchema].map((schema) => ({
    file: tablePath(folder, schema),
    schema: schema as unknown as AnySchema,
  }));
}

/** Bytes of a manifest with a recomputed seal. */
function sealed(text: string): string {
  try {
    const { seal: _, ...content } = JSON.parse(text);
    return canonicalJson({ ...content, seal: hashOf(canonicalJson(content)) });
  } catch {
    return text;
  }
}

/** Writes a manifest that matches damaged bytes, otherwise like the given one. */
function vouch(file: string, bytes: Buffer, { bytes: _, sha256: __, ...manifest }: Manifest): void {
  const text = JSON.stringify({ ...manifest, bytes: bytes.length, sha256: hashOf(bytes) });
  writeFileSync(manifestPath(file), sealed(text));
}

/** A circuit with a score for every edge and node. */
function sampleCircuit() {
  const graph = createGraph({ layers: 2, heads: 2, parallel: true });
  const random = seededRandom(1, "scores");
  const scores = Float64Array.from(graph.emptySet(), () => random.normal());
  const nodeScores = Float64Array.from({ length: graph.sources }, () => random.normal());
  const edges = graph.emptySet().map((_, edge) => edge % 2);
  return { graph, dModel: 8, scores, nodeScores, edges };
}

export const tables: readonly Target[] = [
  {
    name: "arrow-with-manifest",
    damage: "bytes",
    async samples(folder) {
      const written = await writeTables(folder);
      return written.map(({ file, schema }): Sample => {
        const manifest = readManifest(file);
        const text = readFileSync(manifestPath(file));
        return {
          file,
          bytes: readFileSync(file),
          // In every other input the manifest matches the damaged bytes, so they are parsed.
          write(bytes, random) {
            writeFileSync(file, bytes);
            if (random.int(0, 1)) vouch(file, bytes, manifest);
            else writeFileSync(manifestPath(file), text);
          },
          read: () => readTable(file, schema as never),
        };
      });
    },
  },
  {
    name: "arrow-without-manifest",
    damage: "bytes",
    async samples(folder) {
      const written = await writeTables(folder);
      return written.map(({ file, schema }): Sample => {
        const manifest = readManifest(file);
        return {
          file,
          bytes: readFileSync(file),
          // A table without a manifest may be read in a worker, which is slow to start: one in ten is, and the
          // others go straight to the parser.
          write(bytes, random) {
            writeFileSync(file, bytes);
            if (random.int(0, 9)) vouch(file, bytes, manifest);
            else rmSync(manifestPath(file), { force: true });
          },
          async read() {
            if (!existsSync(manifestPath(file))) await sealTable(file, schema as never, provenance);
            else readTable(file, schema as never);
          },
        };
      });
    },
  },
  {
    name: "manifest",
    damage: "json",
    async samples(folder) {
      const [{ file, schema } = { file: "", schema: datasetSchema as never }] = await writeTables(folder);
      const path = manifestPath(file);
      return [
        {
          file: path,
          bytes: readFileSync(path),
          write: (bytes, random) =>
            writeFileSync(path, random.int(0, 3) > 0 ? sealed(bytes.toString()) : bytes),
          read: () => readTable(file, schema as never),
        },
      ];
    },
  },
  {
    name: "circuit-json",
    damage: "json",
    async samples(folder) {
      const file = join(folder, "graph.json");
      const bytes = Buffer.from(formatCircuitJson(sampleCircuit()));
      return [{ file, bytes, read: () => readGraphFile(file) }];
    },
  },
  {
    name: "circuit-pt",
    damage: "bytes",
    async samples(folder) {
      const file = join(folder, "graph.pt");
      const bytes = Buffer.from(circuitTorchBytes(sampleCircuit()));
      return [{ file, bytes, read: () => readGraphFile(file) }];
    },
  },
  {
    name: "circuit-pt-parts",
    damage: "bytes",
    // A part of the file is damaged and its checksum recomputed, so that the pickle and the tensors are read.
    async samples(folder) {
      const file = join(folder, "graph.pt");
      const whole = readZip(circuitTorchBytes(sampleCircuit()), file);
      return ["data.pkl", "data.pkl", "data.pkl", "data/0", "byteorder"].map((name): Sample => {
        const part = `archive/${name}`;
        return {
          file,
          bytes: Buffer.from(whole.get(part)!),
          write: (bytes) => writeFileSync(file, writeZip(new Map(whole).set(part, bytes))),
          read: () => readGraphFile(file),
        };
      });
    },
  },
];
