/** The output of a command on a model: where it may go, and where it comes from. */
import { existsSync, realpathSync } from "node:fs";
import type { Provenance } from "@ft/artifacts";

/**
 * Checks before any work that the output can be written, and would not replace an input.
 *
 * @param inputs files that the command reads
 * @throws UserError otherwise
 */
export async function checkOut(out: string, inputs: readonly string[]): Promise<void> {
  const { tryWriting, UserError } = await import("@ft/artifacts");
  const replaced = existsSync(out) && inputs.find((file) => realpathSync(file) === realpathSync(out));
  if (replaced) {
    throw new UserError("--out is one of the inputs, which would be lost", {
      file: replaced,
      remedy: "write to another file",
    });
  }
  tryWriting(out);
}

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
