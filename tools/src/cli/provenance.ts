/** Checks of a command's output path, and the provenance of its output. */
import { existsSync, realpathSync } from "node:fs";
import type { Provenance } from "@ft/artifacts";
import type { ModelAndPairs } from "./open-model.ts";

/**
 * Checks before any work that the output can be written and would not replace an input.
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
 * @param opened the model and the pairs
 * @param files other files read, by the name of their option
 * @param config the options, with defaults filled in
 */
export async function commandProvenance(
  { ops, origin }: Pick<ModelAndPairs, "ops" | "origin">,
  files: Readonly<Record<string, string>>,
  config: object,
): Promise<Provenance> {
  const { codeHash, createProvenance, hashFile } = await import("@ft/artifacts");
  const hashes = Object.entries(files).map(([name, file]) => [name, hashFile(file)]);
  return createProvenance({
    inputs: { ...origin.inputs, ...Object.fromEntries(hashes) },
    runs: origin.runs,
    ...(origin.baseModel !== undefined && { baseModel: origin.baseModel }),
    config: {
      ...config,
      ...(origin.checkpoint && { checkpoint: { ...origin.checkpoint } }),
    } as Provenance["config"],
    backend: ops.info,
    code: codeHash("tools"),
  });
}
