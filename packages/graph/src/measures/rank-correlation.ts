/**
 * Spearman's rank correlation: Pearson's of the ranks, where equal values share the mean of their ranks.
 *
 * @param first n values
 * @param second as many, of the same things
 * @returns from -1 to 1; undefined if either has one value only
 */
export function rankCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): number | undefined {
  const [a, b] = [ranks(first), ranks(second)];
  const middle = (a.length + 1) / 2;
  let [products, squaresA, squaresB] = [0, 0, 0];
  a.forEach((rank, i) => {
    products += (rank - middle) * (b[i]! - middle);
    squaresA += (rank - middle) ** 2;
    squaresB += (b[i]! - middle) ** 2;
  });
  const scale = Math.sqrt(squaresA * squaresB);
  return scale > 0 ? products / scale : undefined;
}

/** Ranks from 1, in ascending order. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Float64Array(order.length);
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let place = first; place < end; place++) result[order[place]!] = (first + 1 + end) / 2;
  }
  return result;
}
