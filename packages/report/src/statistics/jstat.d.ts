/** Types of the part of jstat in use; it ships none. It is a single package; @stdlib's t quantile and distribution need 233, of 27 MB. */
declare module "jstat" {
  const jstat: {
    studentt: {
      /** The quantile of Student's t distribution. */
      inv(p: number, degreesOfFreedom: number): number;
      /** The cumulative distribution function at x. */
      cdf(x: number, degreesOfFreedom: number): number;
    };
  };
  export default jstat;
}
