/** Full fine-tuning: every weight is trained, there is no adapter. */

import { z } from "zod";
import { nameOption, planMethod } from "./plan-method.ts";

export const full = planMethod({
  options: z.strictObject({ method: z.literal("full"), ...nameOption }),
  rows: ({ name }, { layers, modules }) =>
    Array.from({ length: layers }, (_, layer) =>
      modules.map((module) => ({
        plan: name,
        draw: 0,
        seed: null,
        kind: "full",
        settings: "{}",
        layer,
        module,
        rank: 0,
        alpha: 0,
        critical: false,
        edgeChange: null,
        reason: "every weight is trained, including this one",
      })),
    ).flat(),
});
