import { describe, expect, test } from "vitest";
import { RankAllocator } from "./adalora-allocator.ts";
import type { UpdatedTensor } from "./kind.ts";

const settings = { targetRank: 1, tinit: 2, tfinal: 3, deltaT: 2, beta1: 0.5, beta2: 0.75, total: 13 };
const modules = ["x", "y"].map((name) => ({ a: `${name} a`, b: `${name} b`, e: `${name} e`, rank: 2 }));

/** Tensors of two inputs and three outputs, with the importance of each triplet's singular value; A and B have none. */
function tensors(importance: Record<string, number[]>): (name: string) => UpdatedTensor {
  return (name) => {
    const length = { a: 4, b: 6, e: 2 }[name.at(-1)!]!;
    const gradient = name.endsWith("e") ? importance[name[0]!]! : new Array(length).fill(0);
    return { value: new Float32Array(length).fill(1), gradient: Float32Array.from(gradient) };
  };
}

describe("the budget", () => {
  const allocator = new RankAllocator(modules, settings);
  const budgets = Array.from({ length: 10 }, (_, i) => allocator.budget(i + 1));

  test("falls from all triplets to the target as a cube, from one pruning to the next", () => {
    // At updates 4, 6 and 8: 2 + 2 (3/4)^3, 2 + 2 (1/2)^3 and 2 + 2 (1/4)^3, rounded down.
    expect(budgets).toEqual([4, 4, 4, 2, 4, 2, 4, 2, 4, 2]);
    const many = [{ ...modules[0]!, rank: 200 }];
    const slow = new RankAllocator(many, { ...settings, targetRank: 100 });
    expect([4, 6, 8, 10].map((step) => slow.budget(step))).toEqual([142, 112, 101, 100]);
  });

  test("reaches the target at the last pruning, even if that is between two others", () => {
    const odd = new RankAllocator(modules, { ...settings, total: 12 });
    expect([8, 9].map((step) => odd.budget(step))).toEqual([2, 2]);
    expect(odd.budget(7)).toBe(4);
  });
});

describe("pruning", () => {
  const prune = (importance: Record<string, number[]>, steps = 4) => {
    const allocator = new RankAllocator(modules, settings);
    let changed = new Map<string, Float32Array>();
    for (let step = 1; step <= steps; step++) changed = allocator.afterUpdate(step, tensors(importance));
    return Object.fromEntries([...changed].map(([name, values]) => [name, [...values]]));
  };

  test("sets the singular values of the lowest scores in any module to 0", () => {
    expect(prune({ x: [1, 4], y: [3, 2] })).toEqual({ "x e": [0, 1], "y e": [1, 0] });
    expect(prune({ x: [1, 2], y: [-3, -4] })).toEqual({ "x e": [0, 0], "y e": [1, 1] });
    expect(prune({ x: [1, 2], y: [3, 4] }, 3)).toEqual({});
  });

  test("drops all triplets whose score equals the threshold", () => {
    expect(prune({ x: [1, 2], y: [2, 4] })).toEqual({ "x e": [0, 0], "y e": [0, 1] });
  });

  test("scores by importance times its uncertainty, averaged one after the other", () => {
    const allocator = new RankAllocator([modules[0]!], { ...settings, tinit: 0, total: 20 });
    // Triplet 0 is steady, 1 varies. S: 1/2, 3/4 against 0, 7/10; U: |I - S| / 4 and so on.
    allocator.afterUpdate(1, tensors({ x: [1, 0] }));
    allocator.afterUpdate(3, tensors({ x: [1, 1.4] }));
    const state = allocator.state();
    expect([...state.get("x e importance")!.data]).toEqual([0.75, expect.closeTo(0.7)]);
    const uncertainty = [0.75 * 0.125 + 0.25 * 0.25, 0.25 * 0.7];
    expect([...state.get("x e uncertainty")!.data]).toEqual(
      uncertainty.map((value) => expect.closeTo(value)),
    );
    // 0.75 * 0.15625 = 0.117 is less than 0.7 * 0.175 = 0.1225.
    const kept = new RankAllocator([modules[0]!], { ...settings, beta1: 0.999999, beta2: 0.999999 }, state);
    expect([...kept.afterUpdate(4, tensors({ x: [1, 1] })).get("x e")!]).toEqual([0, 1]);
  });

  test("counts a fall of importance as uncertainty too", () => {
    const allocator = new RankAllocator([modules[0]!], settings);
    allocator.afterUpdate(1, tensors({ x: [1, 1] }));
    allocator.afterUpdate(2, tensors({ x: [0, 1] }));
    const [fallen, steady] = allocator.state().get("x e uncertainty")!.data;
    expect([fallen, steady]).toEqual([0.75 * 0.125 + 0.25 * 0.25, 0.75 * 0.125 + 0.25 * 0.25]);
  });

  test("adds to a singular value's score the means over its row of A and its column of B", () => {
    const scored = (part: "a" | "b", importance: number[]) => {
      const allocator = new RankAllocator([modules[0]!], { ...settings, tinit: 1, tfinal: 2, total: 4 });
      const read = (name: string) => {
        const plain = tensors({ x: [1, 1.1] })(name);
        return name.endsWith(part) ? { ...plain, gradient: Float32Array.from(importance) } : plain;
      };
      allocator.afterUpdate(1, read);
      return [...allocator.afterUpdate(2, read).get("x e")!];
    };
    expect(scored("a", [0, 0, 0, 0])).toEqual([0, 1]);
    expect(scored("a", [0, 1, 0, 0])).toEqual([1, 0]);
    expect(scored("b", [0, 0, 1, 0, 0, 0])).toEqual([1, 0]);
    expect(scored("b", [0, 1, 0, 0, 0, 0])).toEqual([0, 1]);
    // A sum in place of the mean would be above the difference of the singular values' scores.
    expect(scored("a", [0.4, 0.4, 0, 0])).toEqual([0, 1]);
    expect(scored("b", [0.3, 0, 0.3, 0, 0.3, 0])).toEqual([0, 1]);
  });
});

test("the last pruning is final, and needs no averages afterwards", () => {
  const allocator = new RankAllocator(modules, settings);
  for (let step = 1; step <= 9; step++) allocator.afterUpdate(step, tensors({ x: [1, 4], y: [3, 2] }));
  allocator.afterUpdate(10, tensors({ x: [90, 0], y: [0, 90] })); // PEFT does not measure this one
  expect([...allocator.state().keys()]).toEqual(["x e pattern", "y e pattern"]);
  const resumed = new RankAllocator(modules, settings, allocator.state());
  const changed = resumed.afterUpdate(11, tensors({ x: [9, 0], y: [0, 9] }));
  expect([...changed.values()].map((values) => [...values])).toEqual([
    [0, 1],
    [1, 0],
  ]);
});

test("a schedule that ends before it begins is refused", () => {
  const times = { targetRank: 1, deltaT: 1, beta1: 0.5, beta2: 0.5 };
  const plan = (tinit: number, tfinal: number, total: number) => () =>
    new RankAllocator(modules, { ...times, tinit, tfinal, total });
  expect(plan(25, 1100, 1120)).toThrow(/pruning would end before it begins[\s\S]*tinit \+ tfinal/);
  expect(plan(2, 3, 5)).toThrow(/before it begins/);
  expect(plan(0, 4, 5)).toThrow(/before it begins/);
  expect(plan(2, 3, 6)).not.toThrow();
});
