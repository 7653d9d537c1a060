/** The Llama family. */
import { llamaLike } from "./llama-like.ts";

export const llama = llamaLike({
  name: "llama",
  modelType: "llama",
  architecture: "LlamaForCausalLM",
  title: "Llama",
  biases: ({ attention_bias: attention, mlp_bias: mlp }) => ({ read: attention, dense: attention, mlp }),
});
