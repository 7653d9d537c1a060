/**
 * Types of the part of jstat in use; it ships none. Why jstat: it is one package of plain JavaScript. Of the typed ones,
 * @stdlib's t distribution needs 223 packages (26 MB), lib-r-math.js translates R's code, which is under the GPL, and
 * cephes is WebAssembly, which cannot start under a limit on addresses (`ulimit -v`) that the native backend works with.
 */
declare module "jstat" {
  const jstat: {
    studentt: {
      /** The quantile of Student's t distribution. */
      inv(p: number, degreesOfFreedom: number): number;
    };
    noncentralt: {
      /** The cumulative distribution function of the noncentral t distribution at x. */
      cdf(x: number, degreesOfFreedom: number, noncentrality: number): number;
    };
    normal: {
      /** The cumulative distribution function of a normal distribution at x. */
      cdf(x: number, mean: number, standardDeviation: number): number;
      /** The quantile of a normal distribution. */
      inv(p: number, mean: number, standardDeviation: number): number;
    };
    /** The regularised incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
  };
  export default jstat;
}
