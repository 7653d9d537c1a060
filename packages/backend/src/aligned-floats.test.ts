import { expect, test } from "vitest";
import { alignedFloats } from "./aligned-floats.ts";
import { loadBinding, sharesMemory } from "./native/binding.ts";
import { locateBinding } from "./native/locate-binding.ts";
import { openBackend } from "./open-backend.ts";

const { found } = locateBinding();

test.skipIf(!found)(
  "TensorFlow takes all large memory in place, wherever the allocator puts it",
  async () => {
    await openBackend({ backend: "native" });
    const binding = loadBinding(found!.path);
    // Some are in memory that was freed before, at other addresses.
    for (const length of [70_000, 2 ** 20, 70_001, 3 * 2 ** 21, 2 ** 20 + 3]) {
      const memory = alignedFloats(length);
      expect(memory).toHaveLength(length);
      expect(sharesMemory(binding, memory)).toBe(true);
    }
  },
);
