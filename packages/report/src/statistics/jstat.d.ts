/** The part of jstat in use, which has no types. One package: @stdlib's t quantile and distribution are 233, of 27 MB. */
declare module "jstat" {
  const jstat: {
    studentt: {
      /** The quantile of Student's t distribution. */
      inv(p: number, degreesOfFreedom: number): number;
      /** The chance of a value up to x. */
      cdf(x: number, degreesOfFreedom: number): number;
    };
  };
  export default jstat;
}
