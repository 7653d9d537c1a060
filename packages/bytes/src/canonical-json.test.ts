import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.js";

test("equal values have one text, whatever the order of their keys", () => {
  const text = canonicalJson({ b: [{ y: 1, x: 2 }], a: null });
  expect(text).toBe(canonicalJson({ a: null, b: [{ x: 2, y: 1 }] }));
  expect(text).toBe('{\n  "a": null,\n  "b": [\n    {\n      "x": 2,\n      "y": 1\n    }\n  ]\n}\n');
});

test("keys that look like numbers keep one order too, and lists keep theirs", () => {
  expect(canonicalJson({ 10: 0, 9: 0 })).toBe(canonicalJson({ 9: 0, 10: 0 }));
  expect(canonicalJson([3, 1, 2])).toBe("[\n  3,\n  1,\n  2\n]\n");
});
