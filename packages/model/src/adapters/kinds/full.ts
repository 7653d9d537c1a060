/** Full fine-tuning: every tensor of the base is trained, whichever modules a plan lists. */
import { z } from "zod";
import { differenceNorm } from "./change-norm.ts";
import type { AdapterKind } from "./kind.ts";

export const full: AdapterKind = {
  name: "full",
  description: "every weight of the model",
  module: z.object({ rank: z.number(), alpha: z.number(), settings: z.strictObject({}) }),
  tensors: (base) => base,
  changeNorm: ({ name }, base, trained) =>
    differenceNorm(trained.get(`${name}.weight`)!, base.get(`${name}.weight`)!),
};
