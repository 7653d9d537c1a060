/** Where the output of a command on a model comes from, for its manifest. */
import type { Provenance } from "@ft/artifacts";

/**
 * @param options the command's; those named in `files`, and `model`, are hashed
 * @param files options that name a file which was read
 * @param config what was asked for, defaults filled in
 */
export async function commandProvenance<Options extends { model: string }>(
  backend: Provenance["backend"],
  options: Options,
  files: readonly (keyof Options & string)[],
  config: Provenance["config"],
): Promise<Provenance> {
  const { createProvenance, hashFile, hashModel } = await import("@ft/artifacts");
  const hashes = files.map((name) => [name, hashFile(options[name] as string)]);
  const inputs = { model: hashModel(options.model), ...Object.fromEntries(hashes) };
  return createProvenance({ inputs, config, backend });
}
