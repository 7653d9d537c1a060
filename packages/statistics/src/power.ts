/** The power of a two-sided paired t test: which effects a number of seeds can find. */
import { noncentralTail, studentQuantile } from "./student.ts";

export interface Design {
  /** Pairs, such as seeds: at least 2. */
  n: number;
  /** The standard deviation of the differences, above 0, in the unit of the effect. */
  deviation: number;
  /** Of the test. @default 0.05 */
  level?: number;
}

/**
 * The probability of finding a mean difference: t has the noncentral distribution with n - 1 degrees of freedom and
 * noncentrality effect / (deviation / sqrt(n)).
 */
export function pairedPower(effect: number, { n, deviation, level = 0.05 }: Design): number {
  const critical = studentQuantile(1 - level / 2, n - 1);
  const noncentrality = (effect / deviation) * Math.sqrt(n);
  return noncentralTail(critical, n - 1, noncentrality) + noncentralTail(critical, n - 1, -noncentrality);
}

/** Halvings of the interval in which an effect is searched: its width ends below a relative 1e-9. */
const HALVINGS = 32;

/**
 * The smallest effect found with the given power.
 *
 * @param power between the level and 1. @default 0.8
 */
export function detectableEffect(design: Design, power = 0.8): number {
  let [low, high] = [0, design.deviation];
  while (pairedPower(high, design) < power) [low, high] = [high, 2 * high];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (pairedPower(middle, design) < power) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The smallest number of pairs that finds an effect with the given power.
 *
 * @param effect not 0
 * @param power between the level and 1. @default 0.8
 */
export function pairsNeeded(effect: number, { deviation, level }: Omit<Design, "n">, power = 0.8): number {
  const isEnough = (n: number) => pairedPower(effect, { n, deviation, level }) >= power;
  if (isEnough(2)) return 2;
  let [few, enough] = [2, 4];
  while (!isEnough(enough)) [few, enough] = [enough, 2 * enough];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}
