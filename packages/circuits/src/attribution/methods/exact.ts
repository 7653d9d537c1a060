/** Activation patching of each edge alone: the effect that the other methods estimate. See patch-edges.ts. */
import type { Method } from "./method.ts";

export const exact: Method = {
  name: "exact",
  description: "effect of patching each edge alone, which costs a pass per edge",
  takes: [],
  patchingOnly: false,
  reference: "clean",
};
