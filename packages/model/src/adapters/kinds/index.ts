/** The registry of adapter kinds: one file each, one line in {@link adapterKinds}. */
import { didYouMean, UserError } from "@ft/artifacts";
import { full } from "./full.ts";
import type { AdapterKind } from "./kind.ts";
import { lora } from "./lora.ts";

export type { Adapter, AdapterKind, AdapterModule } from "./kind.ts";

export const adapterKinds: readonly AdapterKind[] = [lora, full];

/** @throws UserError if no kind has the name */
export function adapterKind(name: string, at: { file?: string; place?: string } = {}): AdapterKind {
  const kind = adapterKinds.find((candidate) => candidate.name === name);
  if (kind) return kind;
  const known = adapterKinds.map((candidate) => candidate.name);
  throw new UserError(`there is no adapter kind \`${name}\`${didYouMean(name, known)}`, {
    ...at,
    remedy: `kinds are ${known.join(", ")}`,
  });
}
