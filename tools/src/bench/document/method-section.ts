/** What is compared with what. */
import { jobs } from "../jobs.ts";
import { shapes } from "../shapes.ts";

const { nano, embedded } = shapes;

export const METHOD = `## What is measured

Prompts are add-sub within 100, tokenised by the embedded model's tokenizer (nano, embedded) or Pythia's (the others; where
it is missing, random ids that share as many tokens). Weights are random, written once to a safetensors file that all sides
read. nano has ${nano.config.layers} layers and ${nano.config.heads} heads of width ${nano.config.dModel}; embedded is the shape of models/nano, ${embedded.config.layers} layers and ${embedded.config.heads} heads of width ${embedded.config.dModel}; the others are Pythia's.

- **finetune-circuits** calls \`attribute\` and \`evaluateCircuits\` on a model loaded once, as the circuits stage does. It is given as many prompts as in use, where prompts share what they begin with, so
  that each costs less the more there are: 500 (as the paper's circuits are found on a tenth of 5,000), 128 at 410m.
  *Nothing shared* is the same code run on every prompt in full.
- **Plain PyTorch with hooks** (bench/python/circuits.py) does what the EAP-IG library does on TransformerLens: each head's q, k and
  v inputs and each head's output materialised, weights frozen, one backward pass a step, scores contracted by einsum over
  all positions at every step, logits at all positions. Its weights stay loaded; at most ${jobs["eap-ig"].batch} examples a batch,
  each of which costs it the same however many there are. It has
  none of TransformerLens's own overhead. Evaluation is the corrupted, the clean and the
  circuit's run on both sides, of which ours leaves out what is no part of the circuit.
- **transformers** (bench/python/finetuning.py) trains through transformers, peft and the fused AdamW, prompt and answer padded to 32
  tokens as the paper does, or not padded; logits at all positions. A forward pass is ${jobs.forward.batch} prompts a batch.
- "Memory at first" is the resident set of the process when the model is loaded and nothing is computed yet, "peak" the
  largest from its start, the interpreter and libraries included.`;
