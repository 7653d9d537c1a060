/** A model in outline, from its config.json and the headers of its weights alone. */
import { UserError } from "@ft/artifacts";
import { countParameters } from "../adapters/count-parameters.ts";
import type { ModelConfig } from "../families/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { elementCount } from "./host-tensor.ts";
import { matchTensors, parseModelConfig } from "./load-model.ts";
import type { SafetensorsDtype } from "./safetensors-header.ts";

export interface ModelSummary {
  /** `model_type` in config.json; undefined if there is none. */
  modelType: string | undefined;
  /** Undefined if config.json is malformed or of an architecture that is not supported. */
  config: ModelConfig | undefined;
  /** As many as config.json asks for, where tied embeddings count once; without a config, as many as the files hold. */
  parameters: number;
  /** The types of the tensors, those with the most elements first. */
  dtypes: SafetensorsDtype[];
  /** Why the model cannot be used; undefined if it can. */
  refusal: UserError | undefined;
}

/**
 * Outlines a model, whether or not it can be used. Values of weights are not read.
 *
 * @param json the contents of config.json
 * @param tensors of its weights
 * @param folder where both are from, named in the refusal
 */
export function summarizeModel(json: unknown, tensors: Checkpoint["tensors"], folder: string): ModelSummary {
  const modelType = (json as { model_type?: unknown } | null)?.model_type;
  const elements = new Map<SafetensorsDtype, number>();
  for (const { entry } of tensors.values())
    elements.set(entry.dtype, (elements.get(entry.dtype) ?? 0) + elementCount(entry.shape));
  const stored = [...elements].sort(([, a], [, b]) => b - a);
  const summary: ModelSummary = {
    modelType: typeof modelType === "string" ? modelType : undefined,
    config: undefined,
    parameters: stored.reduce((sum, [, count]) => sum + count, 0),
    dtypes: stored.map(([dtype]) => dtype),
    refusal: undefined,
  };
  try {
    const asked = parseModelConfig(json, `${folder}/config.json`);
    summary.config = asked.config;
    summary.parameters = countParameters(asked.config);
    const { config, sources } = matchTensors(asked, { tensors }, folder);
    const read = new Set(sources.map(({ source }) => tensors.get(source)!.entry.dtype));
    summary.config = config;
    summary.parameters = countParameters(config);
    summary.dtypes = summary.dtypes.filter((dtype) => read.has(dtype));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    summary.refusal = error;
  }
  return summary;
}
