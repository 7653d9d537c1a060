/**
 * Scores on parts and variations of the examples. Scores are means over examples, so those of a sample are a weighted mean of the
 * scores of groups of examples: every group is scored once, however many samples it is in.
 */
import { seededRandom, UserError } from "@ft/artifacts";
import type { Pair } from "../pairs/pair.ts";
import type { Scores } from "./scores.ts";

/** Which samples are scored besides all examples. */
export interface SampleChoices {
  /** How often the examples are divided into two halves. */
  halves?: number;
  /** The number of disjoint parts. */
  splits?: number;
  /** The number of resamples, each of as many examples as there are, drawn with replacement. */
  bootstrap?: number;
  /** Percentages of the examples whose clean and corrupted prompt change places; smaller ones are parts of larger ones. */
  perturbed?: readonly number[];
}

export interface Sample {
  /** As in scores.arrow: "all", "half 1", "split 3", "bootstrap 12", "perturbed 40". */
  name: string;
  /** How often each example counts, [2 N]: as it is, then each with its prompts in exchange. */
  counts: Int32Array;
}

/**
 * Draws samples of N examples, each kind with random numbers that depend on the seed alone.
 *
 * @returns all, and then those chosen
 * @throws UserError if there are fewer examples than parts
 */
export function drawSamples(
  { halves = 0, splits = 0, bootstrap = 0, perturbed = [] }: SampleChoices,
  examples: number,
  seed: number,
): Sample[] {
  const most = Math.max(halves > 0 ? 2 : 1, splits);
  if (examples < most) {
    throw new UserError("there are fewer examples than parts to divide them into", {
      value: examples,
      remedy: `choose fewer than ${most} splits, or more examples`,
    });
  }
  const indices = [...Array(examples).keys()];
  const random = (purpose: string) => seededRandom(seed, `samples ${purpose}`);
  const sample = (name: string, members: Iterable<number>): Sample => {
    const counts = new Int32Array(2 * examples);
    for (const member of members) counts[member]!++;
    return { name, counts };
  };
  /** Disjoint parts, numbered from `first`. */
  const parts = (name: string, count: number, first = 1) => {
    const order = random(`${name} ${first} of ${count}`).shuffle([...indices]);
    return Array.from({ length: count }, (_, part) =>
      sample(
        `${name} ${first + part}`,
        order.filter((_, place) => place % count === part),
      ),
    );
  };
  const order = random("perturbed").shuffle([...indices]);
  return [
    sample("all", indices),
    ...Array.from({ length: halves }, (_, i) => parts("half", 2, 2 * i + 1)).flat(),
    ...parts("split", splits),
    ...Array.from({ length: bootstrap }, (_, i) => {
      const draw = random(`bootstrap ${i + 1}`);
      return sample(
        `bootstrap ${i + 1}`,
        indices.map(() => draw.int(0, examples - 1)),
      );
    }),
    ...[...perturbed]
      .sort((a, b) => a - b)
      .map((percent) => {
        const changed = Math.round((percent / 100) * examples);
        return sample(
          `perturbed ${percent}`,
          order.map((example, place) => (place < changed ? examples + example : example)),
        );
      }),
  ];
}

/** Examples that count equally often in every sample. */
export interface ExampleGroup {
  pairs: Pair[];
  /** How often each of them counts in each sample. */
  counts: number[];
}

/** The fewest groups of which every sample is made. */
export function groupExamples(pairs: readonly Pair[], samples: readonly Sample[]): ExampleGroup[] {
  const all = [...pairs, ...pairs.map(exchange)];
  const groups = new Map<string, ExampleGroup>();
  all.forEach((pair, i) => {
    const counts = samples.map((sample) => sample.counts[i]!);
    if (counts.every((count) => count === 0)) return;
    const key = counts.join();
    const group = groups.get(key) ?? { pairs: [], counts };
    group.pairs.push(pair);
    groups.set(key, group);
  });
  return [...groups.values()];
}

/** The scores of every sample. @param score the mean over pairs */
export function scoreSamples(
  groups: readonly ExampleGroup[],
  samples: readonly Sample[],
  score: (pairs: readonly Pair[]) => Scores,
): Scores[] {
  const sums: (Scores | undefined)[] = samples.map(() => undefined);
  for (const { pairs, counts } of groups) {
    const own = score(pairs);
    samples.forEach((sample, s) => {
      const weight = (counts[s]! * pairs.length) / sample.counts.reduce((sum, count) => sum + count, 0);
      if (weight === 0) return;
      sums[s] = {
        edges: plus(sums[s]?.edges, own.edges, weight),
        nodes: plus(sums[s]?.nodes, own.nodes, weight),
      };
    });
  }
  return sums as Scores[];
}

/** `sum` plus `weight` times `values`. */
function plus(sum: Scores["edges"] | undefined, values: Scores["edges"], weight: number): Float64Array {
  return Float64Array.from(values, (value, i) => (sum?.[i] ?? 0) + weight * value);
}

/** The pair with its prompts, and their answers, in exchange. */
function exchange({ clean, corrupted, answer, wrong }: Pair): Pair {
  return {
    clean: corrupted,
    corrupted: clean,
    answer: wrong ?? answer,
    wrong: wrong === undefined ? wrong : answer,
  };
}
