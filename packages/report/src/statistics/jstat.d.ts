/** The part of jstat in use; the package has no types. */
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
