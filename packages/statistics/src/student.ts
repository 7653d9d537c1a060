/** Student's t and the normal distribution, from jstat: tails to 3e-7 and quantiles to 5e-8 of their value. */
import jstat from "jstat";

/** Which values of a statistic count against its being 0: large ones either way, or large positive ones. */
export type Alternative = "two-sided" | "greater";

/** P(T > t): the upper tail, without cancellation where it is small. */
export function studentTail(t: number, degreesOfFreedom: number): number {
  const tail = jstat.ibeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
  return t < 0 ? 1 - tail : tail;
}

/** The value that T exceeds with probability 1 - p. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  return jstat.studentt.inv(p, degreesOfFreedom);
}

/** P(T > t) if T is not centred at 0 but has the given noncentrality. */
export function noncentralTail(t: number, degreesOfFreedom: number, noncentrality: number): number {
  return 1 - jstat.noncentralt.cdf(t, degreesOfFreedom, noncentrality);
}

/** The quantile of the standard normal distribution. */
export function normalQuantile(p: number): number {
  return jstat.normal.inv(p, 0, 1);
}

/** P(Z > z) of the standard normal distribution; exact to 1e-15, which is not small next to the far tail. */
export function normalTail(z: number): number {
  return jstat.normal.cdf(-z, 0, 1);
}

/** The p-value of an estimate that is 0 under the null hypothesis; an estimate without any spread is certain. */
export function studentTest(
  estimate: number,
  standardError: number,
  degreesOfFreedom: number,
  alternative: Alternative = "two-sided",
): number {
  const t = estimate === 0 ? 0 : estimate / standardError;
  return alternative === "greater"
    ? studentTail(t, degreesOfFreedom)
    : 2 * studentTail(Math.abs(t), degreesOfFreedom);
}
