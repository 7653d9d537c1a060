/** The base model's pretraining documents: kinds and shares in each of the two phases. */
import { type Random, seededRandom } from "@ft/artifacts";
import { arithmetic } from "./documents/arithmetic.ts";
import { copying } from "./documents/copying.ts";
import { counting } from "./documents/counting.ts";
import { type DocumentKind, pickByShare } from "./documents/draw.ts";
import { exercises } from "./documents/exercises.ts";
import { multiplication } from "./documents/multiplication.ts";
import { numberFacts } from "./documents/number-facts.ts";

/** Kinds of documents by name, each with its share of all documents; the shares of a mixture add up to 1. */
export type Mixture = Readonly<Record<string, { share: number; write: DocumentKind }>>;

/** The two phases' mixtures. The second has smaller operands, more facts and the first short exercises. */
export const MIXTURES = {
  foundation: {
    counting: { share: 0.34, write: counting(0.1) },
    arithmetic: { share: 0.28, write: arithmetic(60) },
    "number facts": { share: 0.16, write: numberFacts },
    multiplication: { share: 0.14, write: multiplication },
    copying: { share: 0.08, write: copying },
  },
  refinement: {
    counting: { share: 0.2, write: counting(0.01) },
    arithmetic: { share: 0.26, write: arithmetic(40) },
    "number facts": { share: 0.28, write: numberFacts },
    multiplication: { share: 0.14, write: multiplication },
    copying: { share: 0.08, write: copying },
    exercises: { share: 0.04, write: exercises },
  },
} as const satisfies Record<string, Mixture>;

/** An endless, seeded stream of documents drawn from a mixture. */
export function* documents(mixture: Mixture, random: Random): Generator<string, never> {
  const kinds = Object.values(mixture).map(({ share, write }) => [share, write] as const);
  while (true) yield pickByShare(random, kinds)(random);
}

/** The first `count` documents of a mixture under a seed. */
export function sampleDocuments(mixture: Mixture, seed: number, count: number): string[] {
  const stream = documents(mixture, seededRandom(seed, "documents"));
  return Array.from({ length: count }, () => stream.next().value);
}
