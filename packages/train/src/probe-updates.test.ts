import { expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { writeCircuits } from "../../graph/src/testing/write-circuits.ts";
import { probeUpdates } from "./probe-updates.ts";

const circuit = { "input->m0": 1, "m0->logits": 1 };

/** A circuits stage whose runs have their last circuit at these updates. */
async function probe(...lasts: number[]): Promise<string> {
  const folder = temporaryFolder();
  const checkpoints = lasts.flatMap((last, i) =>
    [0, 1, last].map((step) => ({ seed: i + 1, step, circuit })),
  );
  await writeCircuits(folder, { layers: 1, heads: 1, parallel: true }, checkpoints);
  return folder;
}

test("a probe costs its runs' updates and, twice a run, the steps that score the circuit's examples", async () => {
  // 20 + 30 updates, and 2 runs x 2 circuits x 16 examples x 5 steps / 32 an update.
  expect(probeUpdates([await probe(20, 30)], { examples: 16, steps: 5, batch: 32 })).toBe(50 + 10);
});

test("several probes add up, rounded up once", async () => {
  const folders = [await probe(2), await probe(3)];
  expect(probeUpdates(folders, { examples: 1, steps: 1, batch: 8 })).toBe(Math.ceil(5 + 4 / 8));
  expect(probeUpdates([], { examples: 1, steps: 1, batch: 8 })).toBe(0);
});
