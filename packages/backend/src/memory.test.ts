import { beforeEach, describe, expect, test } from "vitest";
import { Memory } from "./memory.ts";
import type { Tensor } from "./ops.ts";

let freed: string[];
let memory: Memory<string>;
const make = (name: string): Tensor => memory.own(name, [1], "float32");

beforeEach(() => {
  freed = [];
  memory = new Memory((name) => freed.push(name));
});

describe("a scope", () => {
  test("frees what was made in it except what it returns", () => {
    const result = memory.scope(() => {
      make("a");
      return {
        list: [make("b")],
        map: new Map([["x", make("c")]]),
        nested: { d: make("d") },
        rest: [1, null, "s"],
      };
    });
    expect(freed).toEqual(["a"]);
    expect(memory.live).toBe(3);
    memory.dispose([result.list[0]!, result.map.get("x")!, result.nested.d]);
    expect(freed).toEqual(["a", "b", "c", "d"]);
    expect(memory.live).toBe(0);
  });

  test("passes its result to the enclosing scope, which frees it", () => {
    memory.scope(() => {
      const inner = memory.scope(() => make("inner"));
      expect(memory.handle(inner)).toBe("inner");
      return undefined;
    });
    expect(freed).toEqual(["inner"]);
  });

  test("leaves alone what was made outside, returned or not", () => {
    const outer = make("outer");
    memory.scope(() => outer);
    expect(memory.handle(outer)).toBe("outer");
  });

  test("leaves alone what is kept, and what was disposed of before it ended", () => {
    const kept = memory.scope(() => {
      memory.dispose([make("early")]);
      return memory.scope(() => ({ kept: memory.keep({ t: make("kept") }), other: undefined })).kept.t;
    });
    expect(freed).toEqual(["early"]);
    expect(memory.handle(kept)).toBe("kept");
  });

  test("frees everything when its body throws", () => {
    expect(() =>
      memory.scope(() => {
        memory.scope(() => make("inner"));
        make("outer");
        throw new Error("body");
      }),
    ).toThrow("body");
    expect(freed.toSorted()).toEqual(["inner", "outer"]);
    make("after");
    expect(memory.live).toBe(1);
  });

  test("does not wait", () => {
    expect(() => memory.scope(async () => make("late"))).toThrow("promise");
  });
});

describe("a freed tensor", () => {
  test("can be neither freed nor used again", () => {
    const t = make("t");
    memory.dispose([t]);
    expect(() => memory.dispose([t])).toThrow("was freed");
    expect(() => memory.handle(t)).toThrow("was freed");
    expect(freed).toEqual(["t"]);
  });
});

describe("a lent tensor", () => {
  test("is freed only by its owner, and is not counted", () => {
    const value = memory.lend("value", [1]);
    memory.scope(() => memory.keep([value]));
    expect(() => memory.dispose([value])).toThrow("parameter");
    expect(memory.live).toBe(0);
    memory.takeBack(value);
    expect(freed).toEqual(["value"]);
    expect(() => memory.handle(value)).toThrow("was freed");
  });
});

test("a tensor of another backend is refused", () => {
  expect(() => memory.handle({ shape: [1], dtype: "float32" })).toThrow("another backend");
});
