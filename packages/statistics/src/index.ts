export { type Correlation, pearson, ranks, spearman } from "./correlation.ts";
export {
  bootstrapInterval,
  bootstrapMeans,
  bootstrapVariance,
  type Crossed,
  crossedEffect,
  crossedInterval,
  crossedTest,
} from "./crossed.ts";
export {
  type BoundedInterval,
  type Effect,
  effectOf,
  type Interval,
  mean,
  meanInterval,
  sampleQuantile,
  standardError,
  variance,
} from "./interval.ts";
export {
  differences,
  type Equivalence,
  equivalenceTest,
  holm,
  pairedTest,
} from "./paired.ts";
export { type Pooled, type PoolingModel, poolEffects, pooledTest, poolTasks } from "./pool.ts";
export { type Design, detectableEffect, pairedPower, pairsNeeded } from "./power.ts";
export { type RandomIntegers, type SignFlipOptions, signFlipTest } from "./sign-flip.ts";
export type { Alternative } from "./student.ts";
