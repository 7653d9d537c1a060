import { totalmem } from "node:os";
import { UserError } from "@ft/bytes";
import { afterEach, describe, expect, test, vi } from "vitest";
import { describeMemory, memoryBudget, memoryError, parseMemory } from "./memory.ts";

const GIB = 2 ** 30;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("an amount of memory", () => {
  test.each([
    ["8GiB", 8 * GIB],
    ["8 gib", 8 * GIB],
    ["8g", 8 * GIB],
    ["8GB", 8e9],
    ["0.5GiB", GIB / 2],
    ["1500MiB", 1500 * 2 ** 20],
    ["1000000", 1_000_000],
  ])("%s", (text, bytes) => {
    expect(parseMemory(text, "--memory")).toBe(bytes);
  });

  test.each(["", "GiB", "-1GiB", "8 gallons", "8GiB of it", "1e3", "0", "0GiB"])("not %j", (text) => {
    expect(() => parseMemory(text, "--memory")).toThrow(/--memory must be an amount of memory[\s\S]*8GiB/);
  });
});

describe("the budget", () => {
  test("is what FT_MEMORY says", () => {
    vi.stubEnv("FT_MEMORY", "3GiB");
    expect(memoryBudget()).toBe(3 * GIB);
    vi.stubEnv("FT_MEMORY", "lots");
    expect(memoryBudget).toThrow(UserError);
  });

  test("is otherwise four fifths of the memory, or of a container's limit if that is less", () => {
    vi.stubEnv("FT_MEMORY", undefined);
    const limit = vi.spyOn(process, "constrainedMemory");
    limit.mockReturnValue(0);
    expect(memoryBudget()).toBe(Math.floor(0.8 * totalmem()));
    limit.mockReturnValue(2 ** 63);
    expect(memoryBudget()).toBe(Math.floor(0.8 * totalmem()));
    limit.mockReturnValue(GIB / 2);
    expect(memoryBudget()).toBe(Math.floor(0.4 * GIB));
  });
});

const parts = [
  { what: "activations", bytes: 0.5 * GIB },
  { what: "weights", bytes: 5.3 * GIB },
  { what: "penalties", bytes: 0 },
];

test("parts are listed largest first, without those that take nothing", () => {
  expect(describeMemory(parts)).toBe("5.8 GiB: 5.3 GiB weights, 0.5 GiB activations");
});

test("a refusal has what is needed, what there is, what takes it, and what to do", () => {
  const error = memoryError(parts, 4 * GIB, {
    what: "training",
    place: "plan full",
    remedies: ["train less"],
  });
  expect(error.message).toBe(
    [
      "training needs 5.8 GiB of memory, and may take 4.0 GiB",
      "  place: plan full",
      '  value: "5.8 GiB: 5.3 GiB weights, 0.5 GiB activations"',
      "  train less, or raise --memory (or FT_MEMORY) if this machine has more",
    ].join("\n"),
  );
});
