import { canonicalJson } from "@ft/bytes";
import { runColumns } from "./run.ts";
import { bool, defineTable, float64, int32, nullable, type RowOf, utf8 } from "./schema.ts";

/** Which modules get an adapter of which rank, and why. */
export const planSchema = defineTable({
  name: "plan",
  version: 2,
  file: "plan.arrow",
  meaning: "one row per adapted module, by plan, draw, seed, layer and module",
  order: { plan: "together", draw: "together", seed: "together", layer: "rises", module: "together" },
  columns: {
    plan: utf8({ meaning: "the plan's name, which is also its runs' name" }),
    draw: runColumns.draw,
    seed: nullable(int32({ meaning: "the seed of the run that the row is for; null: every seed" })),
    kind: utf8({
      meaning: "the kind of adapter, such as lora; full: every weight is trained",
      pattern: /^[a-z][a-z0-9-]*$/,
    }),
    settings: utf8({
      meaning: "further settings of the kind, as JSON without spaces, keys sorted; {} if it has none",
    }),
    layer: int32({ meaning: "the module's layer, from 0", minimum: 0 }),
    module: utf8({ meaning: "the linear map in its layer, such as query_key_value or dense_h_to_4h" }),
    rank: int32({ meaning: "the adapter's rank", minimum: 0 }),
    alpha: float64({ meaning: "the update is scaled by alpha / rank", minimum: 0 }),
    critical: bool({ meaning: "whether the layer is among the critical ones" }),
    edgeChange: nullable(
      float64({
        unit: "score",
        meaning:
          "the layer's sum of |score after - score before|, which ranked it; null if the plan has none",
        minimum: 0,
      }),
    ),
    reason: utf8({ meaning: "why the module has this rank, for people" }),
  },
  problem({ settings }) {
    return isSettings(settings) ? undefined : `its settings are not an object as canonical JSON: ${settings}`;
  },
  follow() {
    /** Which seeds a plan adapts a module for. */
    const seeds = new Map<string, (number | null)[]>();
    return {
      problem({ plan, draw, seed, layer, module }) {
        const place = JSON.stringify([plan, draw, layer, module]);
        const others = seeds.get(place) ?? [];
        seeds.set(place, [...others, seed]);
        if (others.length === 0 || (seed !== null && !others.includes(null))) return undefined;
        return `plan ${plan} adapts module ${module} of layer ${layer} both for every seed and for a single one`;
      },
    };
  },
});

/** A kind's settings as a plan has them: equal settings give equal texts. */
export function settingsText(settings: object): string {
  return JSON.stringify(JSON.parse(canonicalJson(settings)));
}

function isSettings(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === "object" && value !== null && !Array.isArray(value) && settingsText(value) === text
    );
  } catch {
    return false;
  }
}

export type PlanRow = RowOf<typeof planSchema>;
