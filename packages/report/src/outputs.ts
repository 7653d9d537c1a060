import { summarySchema } from "@ft/artifacts";

/** The tables a report stage writes. */
export const outputs = [summarySchema];
