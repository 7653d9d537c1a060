import { datasetSchema } from "@ft/artifacts";

/** The tables a data stage writes. */
export const outputs = [datasetSchema];
