/** The binomial distribution: how often draws go one way. */

/** The probability of each number of successes, from 0 to n, among n draws of chance p, from 0 to 1: [n + 1]. */
export function binomial(n: number, p: number): Float64Array {
  const probabilities = new Float64Array(n + 1);
  if (p === 0 || p === 1) {
    probabilities[p * n] = 1;
    return probabilities;
  }
  // In logarithms, since the first of many draws underflows.
  let log = n * Math.log1p(-p);
  for (let k = 0; k <= n; k++) {
    probabilities[k] = Math.exp(log);
    log += Math.log((n - k) / (k + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return probabilities;
}

/** The probability of the numbers of successes that `counts` accepts. */
export function binomialTail(n: number, p: number, counts: (successes: number) => boolean): number {
  const sum = binomial(n, p).reduce((total, each, k) => (counts(k) ? total + each : total), 0);
  return Math.min(1, sum);
}
