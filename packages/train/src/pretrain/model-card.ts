/** The base model's card: what it is, what it saw, how it was trained, and how well it answers untrained. */
import { basename } from "node:path";
import { formatInteger } from "@ft/artifacts";
import type { BackendInfo, Ops } from "@ft/backend";
import { loadDecoder, loadModel, type ModelConfig, readDataset } from "@ft/model";
import { exactMatch, type Score } from "../exact-match.ts";
import { toQuestion } from "../examples.ts";
import type { Mixture } from "./mixture.ts";
import { OPTIMIZER, type Phase, ROW_LENGTH, ROWS, SEED, VOCABULARY_SEED } from "./recipe.ts";

export interface CardFacts {
  config: ModelConfig;
  /** All of its numbers. */
  parameters: number;
  phases: readonly Phase[];
  /** Mean loss of each phase's last updates, in nats a token. */
  finalLosses: readonly number[];
  backend: BackendInfo;
  /** Exact match before any fine-tuning, by task. */
  zeroShot: readonly { task: string; questions: number; score: Score }[];
}

/** The card as Markdown. */
export function modelCard({ config, parameters, phases, finalLosses, backend, zeroShot }: CardFacts): string {
  const tokens = phases.reduce((sum, { updates }) => sum + updates * ROWS * ROW_LENGTH, 0);
  const headSize = config.dModel / config.heads;
  return `---
license: mit
tags: [gpt-neox, synthetic, arithmetic]
---

# nano: a small GPT-NeoX that knows numbers

A decoder-only transformer of the GPT-NeoX architecture, pretrained on made-up sentences about numbers. It is weak at
the tasks of this project and learns them quickly when fine-tuned, so that what fine-tuning changes inside can be
watched within minutes on two cores. It is of no other use.

Written by \`npx nx run base:pretrain\`, weights and card together. Any line here follows from the recipe in
\`packages/train/src/pretrain\`.

| | |
|---|---|
| parameters | ${formatInteger(parameters)}, stored as float16 |
| layers x heads | ${config.layers} x ${config.heads} |
| width of the residual stream / MLP / head | ${config.dModel} / ${config.dMlp} / ${headSize} |
| rotary dimensions of a head | ${config.rotaryDims} |
| vocabulary | ${formatInteger(config.vocabulary)} words: numbers 0 to 1023, words in lower case, symbols, the newline |
| positions | ${config.maxPositions} |

## What it saw

${formatInteger(tokens)} tokens, every document made by a seeded program, none taken from anywhere. The sentences of the tasks never
occur; their words and symbols do, in other phrasings and small ranges, in the second phase. About 15% of the stated
sums, differences and exercises are wrong on purpose. Share of documents by kind:

${shareTable(phases)}

## How it was trained

Rows of ${ROW_LENGTH} tokens, ${ROWS} an update, each packed with whole documents and cut at its end; the loss is on every token. AdamW
(${OPTIMIZER.beta1}, ${OPTIMIZER.beta2}), weight decay ${OPTIMIZER.weightDecay} on matrices, gradients clipped to norm ${OPTIMIZER.clipNorm}. The rate rises and falls linearly; each phase starts with
fresh moments. Seed ${SEED} for weights and documents, seed ${VOCABULARY_SEED} for the documents that the vocabulary was collected from.

${phaseTable(phases, finalLosses)}

Computed on ${backend.library} (${backend.name}, ${backend.device}, ${backend.threads} threads). Another number of threads rounds differently and gives
slightly other weights.

## Before fine-tuning
${zeroShotTable(zeroShot)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function percent(fraction: number): string {
  return `${Number((100 * fraction).toFixed(1))}%`;
}

function shareTable(phases: readonly Phase[]): string {
  const mixtures: Mixture[] = phases.map(({ mixture }) => mixture);
  const kinds = [...new Set(mixtures.flatMap((mixture) => Object.keys(mixture)))];
  const rows = kinds.map((kind) => [kind, ...mixtures.map((mixture) => percent(mixture[kind]?.share ?? 0))]);
  return table(["documents", ...phases.map(({ name }) => name)], rows);
}

function phaseTable(phases: readonly Phase[], finalLosses: readonly number[]): string {
  const rows = phases.map(({ name, updates, schedule }, i) => [
    name,
    formatInteger(updates),
    String(schedule.peak),
    String(schedule.warmUp),
    `${percent(schedule.floor ?? 0)} at update ${formatInteger(schedule.length)}`,
    finalLosses[i]!.toFixed(3),
  ]);
  return table(
    ["phase", "updates", "peak rate", "warm-up", "rate ends at", "last loss (nats a token)"],
    rows,
  );
}

function zeroShotTable(zeroShot: CardFacts["zeroShot"]): string {
  if (zeroShot.length === 0) return "\nNot measured in this run.\n";
  const rows = zeroShot.map(({ task, questions, score }) => [
    task,
    formatInteger(questions),
    percent(score.accuracy),
    score.loss.toFixed(2),
  ]);
  return `
Exact match at the answer's position on prompts of the tasks, without an example or any training:

${table(["task", "questions", "exact match", "loss (nats)"], rows)}
`;
}

/**
 * Scores a model folder on every example of some datasets.
 * @param datasets folders of data stages; each names its task
 */
export async function scoreModel(
  ops: Ops,
  folder: string,
  datasets: readonly string[],
): Promise<{ task: string; questions: number; score: Score }[]> {
  const { config, weights } = await loadModel(folder);
  const { decoder, dispose } = loadDecoder(ops, config, weights);
  try {
    return datasets.map((dataset) => {
      const questions = readDataset([dataset], config).map(toQuestion);
      const score = exactMatch(ops, decoder, questions);
      return { task: basename(dataset), questions: questions.length, score };
    });
  } finally {
    dispose();
  }
}
