/** Writes an adapter as PEFT's own files. */
import { join } from "node:path";
import { UserError, writeFileAtomic } from "@ft/artifacts";
import { familyOf, type ModelConfig } from "../families/index.ts";
import type { Weights } from "../weights/host-tensor.ts";
import { writeSafetensors } from "../weights/write-safetensors.ts";
import { type Adapter, adapterKind } from "./kinds/index.ts";

/**
 * Writes `adapter_config.json` and `adapter_model.safetensors`, which `PeftModel.from_pretrained(base, folder)` reads.
 *
 * @param config of the adapted model
 * @param trained a checkpoint's tensors by name
 * @throws UserError if PEFT has no adapter of the kind
 */
export function savePeft(
  folder: string,
  config: ModelConfig,
  { kind, modules }: Adapter,
  trained: Weights,
): void {
  const adapter = adapterKind(kind).peft?.(modules, trained);
  if (!adapter)
    throw new UserError(`PEFT has no adapter of kind ${kind}`, {
      remedy: "save the merged model, which transformers reads",
    });
  const named = new Map([...adapter.tensors].map(([name, tensor]) => [`base_model.model.${name}`, tensor]));
  writeSafetensors(join(folder, "adapter_model.safetensors"), named);
  // PEFT's word for linears stored as [in, out].
  const transposed = familyOf(config)
    .tensors(config)
    .some((tensor) => tensor.transposed);
  const json = { ...adapter.config, ...(transposed && { fan_in_fan_out: true }) };
  writeFileAtomic(join(folder, "adapter_config.json"), `${JSON.stringify(json, null, 2)}\n`);
}
