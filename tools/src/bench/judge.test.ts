import { expect, test } from "vitest";
import { judge } from "./judge.ts";
import type { Report } from "./report.ts";
import { profile, report, result } from "./testing/report.ts";

const verdict = (reports: readonly Report[], title: RegExp) =>
  judge(reports).find(({ target }) => title.test(target.title))?.verdicts[0];

test("a ratio must be at least what is wanted of its shape", () => {
  const told = (cpu: number) =>
    verdict([report({ results: [result("plain", cpu)] })], /^EAP-IG.*plain PyTorch with hooks over ours$/);
  expect(told(24)).toEqual({ shape: "nano", measured: 16, wanted: 15, met: true });
  expect(told(21)).toMatchObject({ measured: 14, met: false });
});

test("wasm must be within its bound of native, and not slower than plain PyTorch", () => {
  const results = [result("ours", 1.5), result("plain", 24), result("wasm", 6)];
  expect(verdict([report({ results })], /^EAP-IG.*wasm over native/)).toMatchObject({
    measured: 4,
    met: false,
  });
  expect(verdict([report({ results })], /over ours on wasm/)).toMatchObject({ measured: 4, met: true });
});

test("attribution's memory is compared by its peak", () => {
  expect(verdict([report()], /peak memory/)).toMatchObject({ measured: 1, wanted: 0.5, met: false });
});

test("a large model's time must be in matrix products at the machine's speed", () => {
  const reports = [report({ profiles: [profile] })];
  expect(verdict(reports, /^EAP-IG.*time in matrix products/)).toMatchObject({ measured: 0.6, met: false });
  expect(verdict(reports, /^EAP-IG.*their speed/)).toMatchObject({ measured: 0.8, met: false });
});

test("with more threads a ratio may rise, and fall by 15%", () => {
  const two = (cpu: number) =>
    report({ threads: 2, results: [result("plain", 24, { ratio: { cpu, wall: 16 } })] });
  expect(verdict([report(), two(32)], /CPU ratio with more threads/)).toMatchObject({
    measured: 2,
    met: true,
  });
  expect(verdict([report(), two(8)], /CPU ratio with more threads/)).toMatchObject({ met: false });
  expect(verdict([report(), two(8)], /Wall-clock ratio/)).toMatchObject({ measured: 1, met: true });
});

test("what was not measured is not judged", () => {
  expect(judge([report({ results: [] })])).toEqual([]);
});
