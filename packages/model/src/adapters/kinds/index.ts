/** The registry of adapter kinds: one file each, one line in {@link adapterKinds}. */
import { didYouMean, UserError } from "@ft/artifacts";
import { adalora } from "./adalora.ts";
import { dora } from "./dora.ts";
import { full } from "./full.ts";
import { ia3 } from "./ia3.ts";
import type { AdapterKind } from "./kind.ts";
import { lora } from "./lora.ts";
import { rslora } from "./rslora.ts";

export type {
  Adapter,
  AdapterKind,
  AdapterModule,
  AdapterSchedule,
  DropoutMask,
  PeftAdapter,
  PeftConfig,
  PeftReader,
  UpdatedTensor,
} from "./kind.ts";

export const adapterKinds: readonly AdapterKind[] = [lora, rslora, dora, adalora, ia3, full];

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
