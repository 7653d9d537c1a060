/** Rank-stabilised LoRA (Kalajdzievski 2023): y = W x + b + alpha / sqrt(rank) B A x. */
import { lowRank } from "./lora.ts";

export const rslora = lowRank({
  name: "rslora",
  description: "LoRA whose update is scaled by alpha / sqrt(rank)",
  scale: ({ alpha, rank }) => alpha / Math.sqrt(rank),
  config: { use_rslora: true },
});
