/** The paper's statistics of change, on the authors' own circuits before and after fine-tuning Pythia-1.4B. */

import { join } from "node:path";
import { compareCircuits, readCircuit } from "@ft/graph";
import { describe, expect, test } from "vitest";
import { reference, titled } from "./reference.ts";

const name = "finetune-circuits";
const folder = reference(name);

describe.skipIf(!folder)(titled("the authors' circuits of the compositional task", name), () => {
  const read = (file: string) => readCircuit(join(folder!, file), { step: "first" });
  const comparison = () =>
    compareCircuits(
      read("graph_add_sub_mul_div_1.4b_epoch0.json"),
      read("graph_add_sub_mul_div_1.4b_r2_epoch4.json"),
    );

  test("have 334 nodes before, Jaccard 0.7857, change 23.35%", () => {
    const { before, after, jaccard, changed, changeRate } = comparison().nodes;
    expect({ before, after, changed }).toEqual({ before: 334, after: 316, changed: 78 });
    expect(jaccard.toFixed(4)).toBe("0.7857");
    expect((100 * changeRate).toFixed(2)).toBe("23.35");
  });

  test("have 9,153 edges before, Jaccard 0.4103, change 80.17%", () => {
    const { before, after, jaccard, changed, changeRate } = comparison().edges;
    expect({ before, after, changed }).toEqual({ before: 9153, after: 8397, changed: 7338 });
    expect(jaccard.toFixed(4)).toBe("0.4103");
    expect((100 * changeRate).toFixed(2)).toBe("80.17");
  });

  test("changed most in layers 0, 11, 3, 5, 4, and all 24 layers are ranked", () => {
    const { layers } = comparison();
    expect(layers.slice(0, 5).map(({ layer }) => layer)).toEqual([0, 11, 3, 5, 4]);
    expect(layers).toHaveLength(24);
    expect(layers[0]!.change).toBeCloseTo(1.1364352778316794e-5, 15);
  });
});
