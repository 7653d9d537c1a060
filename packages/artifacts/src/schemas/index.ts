import { answersSchema } from "./answers.ts";
import { baselinesSchema } from "./baselines.ts";
import { changesSchema } from "./changes.ts";
import { checkpointsSchema } from "./checkpoints.ts";
import { circuitsSchema } from "./circuits.ts";
import { comparisonsSchema } from "./comparisons.ts";
import { datasetSchema } from "./dataset.ts";
import { edgesSchema } from "./edges.ts";
import { evaluationSchema } from "./evaluation.ts";
import { gradientsSchema } from "./gradients.ts";
import { kindsSchema } from "./kinds.ts";
import { layersSchema } from "./layers.ts";
import { learningRatesSchema } from "./learning-rates.ts";
import { metricsSchema } from "./metrics.ts";
import { orderSchema } from "./order.ts";
import { planSchema } from "./plan.ts";
import type { AnySchema } from "./schema.ts";
import { scoresSchema } from "./scores.ts";
import { speedSchema } from "./speed.ts";
import { summarySchema } from "./summary.ts";
import { tensorsSchema } from "./tensors.ts";

/** All tables by name. A new table is one file and one line here. */
export const schemas: ReadonlyMap<string, AnySchema> = new Map(
  [
    datasetSchema,
    tensorsSchema,
    checkpointsSchema,
    gradientsSchema,
    planSchema,
    metricsSchema,
    kindsSchema,
    answersSchema,
    learningRatesSchema,
    orderSchema,
    speedSchema,
    scoresSchema,
    circuitsSchema,
    changesSchema,
    comparisonsSchema,
    evaluationSchema,
    layersSchema,
    summarySchema,
    baselinesSchema,
    edgesSchema,
  ].map((schema) => [schema.name, schema as AnySchema]),
);
