/** The Qwen families: Qwen2 (and 2.5) with biases on queries, keys and values, Qwen3 with norms of each head's queries and keys. */
import { llamaLike } from "./llama-like.ts";

export const qwen2 = llamaLike({
  name: "qwen2",
  modelType: "qwen2",
  architecture: "Qwen2ForCausalLM",
  title: "Qwen2",
  biases: () => ({ read: true, dense: false, mlp: false }),
});

export const qwen3 = llamaLike({
  name: "qwen3",
  modelType: "qwen3",
  architecture: "Qwen3ForCausalLM",
  title: "Qwen3",
  biases: ({ attention_bias: attention }) => ({ read: attention, dense: attention, mlp: false }),
  headSize: 128,
  normsHeads: true,
});
