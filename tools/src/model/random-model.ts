/** Models of a known shape with random weights. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Dtype, formatBytes, UserError } from "@ft/artifacts";
import { TOKENIZER_FILE } from "@ft/experiment";
import {
  countParameters,
  loadModelConfig,
  loadTokenizer,
  randomModel,
  saveModel,
  withDepth,
} from "@ft/model";
import { copyCompanions } from "./model-files.ts";

export interface RandomModelRequest {
  /** Folder of a model, or its config.json; weights need not be there. */
  like: string;
  /** The folder to write. */
  out: string;
  /** @default as many as the model has */
  layers?: number | undefined;
  /** @default 1 */
  seed?: number;
  /** @default float16 */
  dtype?: Dtype;
  /** Folder whose tokenizer files are copied. @default the model's, if it has any */
  tokenizer?: string | undefined;
}

const CONFIG = "config.json";
/** Bytes of a parameter in a file. */
const BYTES: Readonly<Record<Dtype, number>> = { float32: 4, float16: 2 };

/**
 * Writes a model of the same widths with random weights, tensor by tensor.
 *
 * @returns what was written, for people
 * @throws UserError if the config cannot be read, the model has fewer layers than asked for, or `out` holds a model
 */
export async function writeRandomModel({
  like,
  out,
  layers,
  seed = 1,
  dtype = "float16",
  tokenizer,
}: RandomModelRequest): Promise<string> {
  const folder = like.endsWith(CONFIG) ? dirname(resolve(like)) : like;
  const whole = await loadModelConfig(folder);
  if (layers !== undefined && layers > whole.layers)
    throw new UserError("the model has fewer layers", {
      file: folder,
      value: layers,
      remedy: `it has ${whole.layers}`,
    });
  if (existsSync(out) && readdirSync(out).some((name) => name === CONFIG || name.endsWith(".safetensors")))
    throw new UserError("there is a model in this folder already", {
      file: out,
      remedy: "name another folder",
    });
  const config = layers === undefined ? whole : withDepth(whole, layers);
  mkdirSync(out, { recursive: true });
  copyCompanions(tokenizer ?? folder, out);
  const hasTokenizer = existsSync(join(out, TOKENIZER_FILE));
  const { bos } = hasTokenizer ? await loadTokenizer(out) : { bos: 0 };
  saveModel(out, randomModel(config, seed), { dtype, specialTokens: { bos, eos: bos } });
  const parameters = countParameters(config);
  const kind = hasTokenizer ? "" : ", without a tokenizer";
  return `${out}: ${config.family}, ${config.layers} layers, ${parameters.toLocaleString("en-US")} random parameters, ${formatBytes(BYTES[dtype] * parameters)}${kind}`;
}
