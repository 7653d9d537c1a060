import { openBackend } from "@ft/backend";
import { initializeModel } from "@ft/model";
import { expect, test } from "vitest";
import { expectAllClose } from "../../../backend/src/testing/all-close.ts";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";
import { loadCircuitModel } from "../pairs/circuit-model.ts";
import type { Pair } from "../pairs/pair.ts";
import { meanActivations } from "./means.ts";

const ROUNDING = { relative: 1e-5 };

/** Prompts of 4, 4, 3 and 1 tokens; the first three begin alike. */
const pairs: Pair[] = [[5, 9, 1, 3], [5, 9, 1, 6], [5, 9, 2], [3]].map((clean) => ({
  clean,
  corrupted: clean.map((token) => token + 1),
  answer: 0,
}));

/** Every mean as [rows, width], input first. */
async function means(of: readonly Pair[], positional: boolean, share = true, parallel = true) {
  const ops = await openBackend();
  const config = gptNeoxConfig({ layers: 2, dMlp: 24, vocabulary: 12, maxPositions: 8, parallel });
  const model = loadCircuitModel(ops, initializeModel(config, 3));
  const before = ops.liveTensors;
  const read = ops.scope(() => {
    const { input, layers } = meanActivations(ops, model, of, positional, share);
    return [input, ...layers.flatMap(({ z, activated }) => [z, activated])].map((t) => ({
      width: t.shape[1]!,
      values: [...ops.read(t)],
    }));
  });
  expect(ops.liveTensors).toBe(before);
  model.dispose();
  return read;
}

test.each([true, false])(
  "means are of each position over the prompts that have it, and of all positions of all prompts; parallel %s",
  async (parallel) => {
    // At each position of each prompt alone: a mean over one prompt is its activation.
    const single = await Promise.all(pairs.map((pair) => means([pair], true, true, parallel)));
    const positional = await means(pairs, true, true, parallel);
    const overall = await means(pairs, false, true, parallel);
    positional.forEach(({ width, values }, i) => {
      const at = (prompt: number, position: number) =>
        single[prompt]![i]!.values.slice(position * width, (position + 1) * width);
      const average = (...rows: number[][]) =>
        Array.from({ length: width }, (_, c) => rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length);
      const wanted = [
        average(at(0, 0), at(1, 0), at(2, 0), at(3, 0)),
        average(at(0, 1), at(1, 1), at(2, 1)),
        average(at(0, 2), at(1, 2), at(2, 2)),
        average(at(0, 3), at(1, 3)),
      ];
      expectAllClose(values, wanted.flat(), ROUNDING);
      const rows = pairs.flatMap(({ clean }, prompt) =>
        Array.from({ length: clean.length }, (_, position) => at(prompt, position)),
      );
      expectAllClose(overall[i]!.values, average(...rows), ROUNDING);
    });
  },
);

test("means do not depend on sharing, nor on the corrupted prompts", async () => {
  for (const positional of [true, false]) {
    const wanted = await means(pairs, positional);
    const apart = await means(pairs, positional, false);
    const other = await means(
      pairs.map((pair) => ({ ...pair, corrupted: pair.clean })),
      positional,
    );
    wanted.forEach(({ values }, i) => {
      expectAllClose(apart[i]!.values, values, ROUNDING);
      expect(other[i]!.values).toEqual(values);
    });
  }
});
