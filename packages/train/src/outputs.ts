import { checkpointsSchema, learningRatesSchema, metricsSchema, speedSchema } from "@ft/artifacts";

/** The tables a train stage writes. */
export const outputs = [checkpointsSchema, metricsSchema, learningRatesSchema, speedSchema];
