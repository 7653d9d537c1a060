/** The sign-flip test of paired differences, which assumes only that they are symmetric around 0. */
import type { Alternative } from "./student.ts";

/** A source of random integers, such as `seededRandom` of @ft/artifacts. */
export interface RandomIntegers {
  /** An integer in [min, max], both included. */
  int(min: number, max: number): number;
}

/** The most differences whose 2^n sign vectors are enumerated. */
const MOST_ENUMERATED = 20;
/** Statistics within this share of the largest possible one count as equal: their sums differ only by rounding. */
const TIE = 1e-12;

export interface SignFlipOptions {
  /** @default "two-sided" */
  alternative?: Alternative;
  /** Draws sign vectors instead of enumerating all 2^n. */
  sampled?: { draws: number; random: RandomIntegers };
}

/**
 * The p-value of paired differences being symmetric around 0: the share of sign vectors s for which |sum s_i d_i| (or
 * the sum itself, for "greater") is at least the observed one. Enumerated, the observed one is among them; sampled, it
 * is counted in addition, (1 + hits) / (1 + draws), so that p is never 0 (Phipson and Smyth 2010). With n differences no
 * two-sided p is below 2 / 2^n: five seeds never reach 0.05.
 *
 * @throws RangeError if there are more than 20 differences and they are not sampled
 */
export function signFlipTest(
  paired: readonly number[],
  { alternative = "two-sided", sampled }: SignFlipOptions = {},
): number {
  const statistic = (sum: number) => (alternative === "greater" ? sum : Math.abs(sum));
  const tie = TIE * paired.reduce((sum, difference) => sum + Math.abs(difference), 0);
  const observed = statistic(paired.reduce((sum, difference) => sum + difference, 0)) - tie;
  const isHit = (sum: number) => statistic(sum) >= observed;
  if (sampled) {
    let hits = 0;
    for (let i = 0; i < sampled.draws; i++)
      if (isHit(paired.reduce((sum, d) => sum + (sampled.random.int(0, 1) === 0 ? d : -d), 0))) hits++;
    return (1 + hits) / (1 + sampled.draws);
  }
  if (paired.length > MOST_ENUMERATED)
    throw new RangeError(`${paired.length} differences have too many sign vectors to enumerate: sample them`);
  const count = (from: number, sum: number): number =>
    from === paired.length
      ? Number(isHit(sum))
      : count(from + 1, sum + paired[from]!) + count(from + 1, sum - paired[from]!);
  return count(0, 0) / 2 ** paired.length;
}
