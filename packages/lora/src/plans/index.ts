/** The methods of planning. A new one is a file in this folder and a line in {@link methods}. */

import { didYouMean, type PlanRow } from "@ft/artifacts";
import { type Adapter, adapterOf, type ModelConfig } from "@ft/model";
import { z } from "zod";
import { budget } from "./budget.ts";
import { circuit, leastChanged } from "./circuit.ts";
import { firstLayers, lastLayers, placement } from "./depth.ts";
import { full } from "./full.ts";
import { gradientNorm, weightChange } from "./norms.ts";
import type { PlanContext } from "./plan-method.ts";
import { random } from "./random.ts";
import { uniform } from "./uniform.ts";

const methods = {
  uniform,
  budget,
  circuit,
  random,
  "first-layers": firstLayers,
  "last-layers": lastLayers,
  "least-changed": leastChanged,
  "gradient-norm": gradientNorm,
  "weight-change": weightChange,
  placement,
  full,
} as const;

type Methods = typeof methods;
type AnyOptions = { [Name in keyof Methods]: Methods[Name]["options"] }[keyof Methods];
/** The names of all methods. */
export const planMethods: readonly string[] = Object.keys(methods);

/** One plan as configured; `method` determines its options. */
export const planOptions = z.discriminatedUnion(
  "method",
  Object.values(methods).map(({ options }) => options) as [AnyOptions, ...AnyOptions[]],
  {
    error: ({ input }) => {
      const method = String((input as { method?: unknown } | null)?.method);
      return `no such method of planning${didYouMean(method, planMethods) || `; known: ${planMethods.join(", ")}`}`;
    },
  },
);

export type PlanOptions = z.infer<typeof planOptions>;

/** The rows of a plan, by draw, seed, layer and module. */
export function planRows(options: PlanOptions, context: PlanContext): PlanRow[] {
  return methods[options.method].rows(options as never, context);
}

/** The adapter of a plan's first draw and seed; those of others differ only in which layers have which rank. @throws UserError see adapterOf */
export function firstAdapter(config: ModelConfig, rows: readonly PlanRow[]): Adapter {
  const [{ draw, seed }] = rows as [PlanRow];
  return adapterOf(
    config,
    rows.filter((row) => row.draw === draw && row.seed === seed),
  );
}
