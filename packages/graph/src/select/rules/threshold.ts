/** All edges above a score (`apply_threshold` of the EAP-IG library, whose threshold is `size` times the largest |score|). */
import type { SelectionRule } from "./rule.ts";
import { top } from "./top.ts";

export const threshold: SelectionRule = {
  ...top,
  name: "threshold",
  description: "every |score| of at least the size times the largest",
  sizes: "score",
  count({ scores }, size) {
    const magnitudes = Float64Array.from(scores, Math.abs);
    const least = size * magnitudes.reduce((largest, magnitude) => Math.max(largest, magnitude), 0);
    return magnitudes.filter((magnitude) => magnitude >= least).length;
  },
};
