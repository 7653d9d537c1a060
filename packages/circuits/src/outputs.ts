import { changesSchema, circuitsSchema, edgesSchema } from "@ft/artifacts";

/** The tables a circuits stage writes. */
export const outputs = [edgesSchema, circuitsSchema, changesSchema];
