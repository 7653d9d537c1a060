import type { PlanContext } from "../plans/plan-method.ts";

const none = () => {
  throw new Error("plans of this test do not rank layers");
};

/** The measures of layers in the context of plans that need none. */
export const noMeasures: Pick<PlanContext, "edgeChanges" | "weightChanges" | "gradientNorms"> = {
  edgeChanges: none,
  weightChanges: none,
  gradientNorms: none,
};
