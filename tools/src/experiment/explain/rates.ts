/** The speed of this machine at each kind of work, measured in seconds on a random model of a few layers. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import {
  canonicalJson,
  codeHash,
  hashOf,
  type Need,
  perUnit,
  type Seconds,
  type Speeds,
  seededRandom,
  workKinds,
  writeFileAtomic,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { measureCircuits } from "@ft/circuits";
import {
  countParameters,
  elementCount,
  type HostTensor,
  loadModel,
  type Model,
  type ModelConfig,
  randomModel,
  saveModel,
  withDepth,
} from "@ft/model";
import { measureTraining } from "@ft/train";

export interface Rates {
  /** Per floating-point operation. */
  speeds: Speeds;
  /** Per parameter of a model that is read from its files. */
  loading: Seconds;
  /** When they were measured, as "2026-11-29 23:10". */
  at: string;
  /** How many processes wanted to run before that, on average. */
  load: number;
  cores: number;
  threads: number;
}

/**
 * Layers that are measured with, if they have no more parameters than that. The first and the last are slower for their
 * arithmetic, so with fewer layers the machine seems slower than it is.
 */
const MOST_LAYERS = 4;
const MOST_PARAMETERS = 300_000_000;
/** Tokens of the model that is measured with: reading out is as fast for any number. */
const MOST_TOKENS = 4096;
/** Different values in a matrix. */
const PATTERN = 65_537;

/**
 * The rates for models of some widths: measured now, or earlier on this machine with the same code and backend.
 *
 * @param note called before something is measured
 */
export async function ratesFor(
  root: string,
  config: ModelConfig,
  note: (text: string) => void,
): Promise<Rates> {
  const shallow = shallowConfig(config);
  const ops = await openBackend({ mute: true, modelParameters: countParameters(config) });
  const machine = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version };
  const code = [codeHash("train"), codeHash("circuits")];
  const key = hashOf(canonicalJson({ shallow, backend: ops.info, machine, code })).slice(0, 32);
  const file = join(root, ".cache", "rates", `${key}.json`);
  const known = readRates(file);
  if (known) return known;
  note("measuring how fast this machine is, on a random model of the same widths");
  mkdirSync(dirname(file), { recursive: true });
  const folder = mkdtempSync(join(dirname(file), "model-"));
  const load = loadavg()[0]!;
  try {
    saveModel(folder, patternModel(shallow), { dtype: "float16" });
    const circuits = measureCircuits(ops, await loadModel(folder), config);
    const rates: Rates = {
      speeds: { ...measureTraining(ops, await loadModel(folder)), ...circuits.speeds },
      loading: perUnit(circuits.loading, countParameters(shallow)),
      at: new Date().toISOString().slice(0, 16).replace("T", " "),
      load,
      cores: availableParallelism(),
      threads: ops.info.threads,
    };
    writeFileAtomic(file, `${JSON.stringify(rates)}\n`);
    return rates;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What a need takes on this machine when it does nothing else. If it was busy while it was measured, all that is known is the time of
 * the processor, which is then divided by the threads.
 *
 * @param parameters of the model
 */
export function secondsOf({ flops, loads }: Need, parameters: number, rates: Rates): Seconds {
  const { speeds, loading } = rates;
  const all = { wall: loads * parameters * loading.wall, cpu: loads * parameters * loading.cpu };
  for (const kind of workKinds) {
    all.wall += (flops[kind] ?? 0) * speeds[kind].wall;
    all.cpu += (flops[kind] ?? 0) * speeds[kind].cpu;
  }
  return isBusy(rates) ? { ...all, wall: all.cpu / rates.threads } : all;
}

/** Whether other programs took a good part of the machine while it was measured. */
export function isBusy({ load, cores }: Rates): boolean {
  return load > cores / 2;
}

/** A model of the same widths, with fewer layers and tokens, which hardly change the speed of an operation. */
function shallowConfig(config: ModelConfig): ModelConfig {
  const vocabulary = Math.min(config.vocabulary, MOST_TOKENS);
  const withLayers = (layers: number): ModelConfig => ({ ...withDepth(config, layers), vocabulary });
  let layers = Math.min(config.layers, MOST_LAYERS);
  while (layers > 1 && countParameters(withLayers(layers)) > MOST_PARAMETERS) layers--;
  return withLayers(layers);
}

/** Random values of the usual size, the same few in every matrix: drawing each would take longer than all that is measured. */
function patternModel(config: ModelConfig): Model {
  const random = seededRandom(1, "pattern");
  const pattern = Float32Array.from({ length: PATTERN }, () => config.initializerRange * random.normal());
  const { weights } = randomModel(config, 1);
  const filled = [...weights].map(([name, tensor]): [string, HostTensor] => {
    const { shape } = tensor;
    if (shape.length < 2) return [name, tensor];
    return [
      name,
      {
        shape,
        get data() {
          const values = new Float32Array(elementCount(shape));
          for (let at = 0; at < values.length; at += PATTERN)
            values.set(pattern.subarray(0, values.length - at), at);
          return values;
        },
      },
    ];
  });
  return { config, weights: new Map(filled) };
}

function readRates(file: string): Rates | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Rates;
  } catch {
    return undefined; // a damaged file is measured again
  }
}
