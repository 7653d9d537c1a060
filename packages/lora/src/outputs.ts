import { planSchema } from "@ft/artifacts";

/** The tables a lora stage writes. */
export const outputs = [planSchema];
