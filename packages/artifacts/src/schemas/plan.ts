import { bool, defineTable, float64, int32, nullable, type RowOf, utf8 } from "./schema.ts";

/** What is trained: low-rank adapters, or every weight. */
export const adapters = ["lora", "full"] as const;

/** Which modules get an adapter of which rank, and why. */
export const planSchema = defineTable({
  name: "plan",
  version: 1,
  file: "plan.arrow",
  meaning: "one row an adapted module, by plan, seed, layer and module",
  order: { plan: "together", seed: "together", layer: "rises", module: "together" },
  columns: {
    plan: utf8({ meaning: "the plan's name; the run trained by it bears it too" }),
    seed: nullable(int32({ meaning: "the seed whose run the row is for; null: every seed" })),
    adapter: utf8({ meaning: "lora: a low-rank update; full: every weight is trained", oneOf: adapters }),
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
  problem({ adapter, rank }) {
    if (adapter === "lora" && rank < 1) return "a low-rank update has a rank of at least 1";
    return undefined;
  },
  follow() {
    /** Which seeds a plan adapts a module for. */
    const seeds = new Map<string, (number | null)[]>();
    return {
      problem({ plan, seed, layer, module }) {
        const place = JSON.stringify([plan, layer, module]);
        const others = seeds.get(place) ?? [];
        seeds.set(place, [...others, seed]);
        if (others.length === 0 || (seed !== null && !others.includes(null))) return undefined;
        return `plan ${plan} adapts module ${module} of layer ${layer} both for every seed and for a single one`;
      },
    };
  },
});

export type PlanRow = RowOf<typeof planSchema>;
