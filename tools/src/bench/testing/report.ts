import type { Result } from "../compare.ts";
import type { Profile } from "../profile.ts";
import type { Report } from "../report.ts";

const GIB = 2 ** 30;

/** A result of EAP-IG at nano, where ours takes 1.5 ms of CPU time and 2 ms. */
export function result(contender: Result["contender"], cpu: number, more: Partial<Result> = {}): Result {
  const wall = (4 / 3) * cpu;
  return {
    job: "eap-ig",
    shape: "nano",
    contender,
    examples: 256,
    cpu: { median: cpu, low: 0.9 * cpu, high: 1.1 * cpu },
    wall: { median: wall, low: wall, high: wall },
    ratio: { cpu: cpu / 1.5, wall: wall / 2 },
    memory: { readyBytes: GIB / 4, peakBytes: GIB / 2, workingBytes: GIB / 2 },
    error: 0,
    versions: {},
    ...more,
  };
}

/** 60% of the time in two kinds of products at 80 GFLOP/s of 100, 30% elsewhere and 10% between operations. */
export const profile: Profile = {
  job: "eap-ig",
  shape: "160m",
  examples: 10,
  cpu: 500,
  wall: 1000,
  operations: [
    { name: "matMul", calls: 2, milliseconds: 400, flops: 16e9 },
    { name: "gelu", calls: 1, milliseconds: 300, flops: 1e9 },
    { name: "linear", calls: 1, milliseconds: 200, flops: 8e9 },
  ],
  matrixSpeed: 100e9,
};

export function report(more: Partial<Report> = {}): Report {
  return {
    date: "2026-01-31",
    machine: { processor: "A processor", cores: 2, memory: 16, platform: "linux x64", load: 0.3 },
    threads: 1,
    pinned: true,
    loadAfter: 1.1,
    versions: { torch: "2.13.0" },
    results: [result("ours", 1.5), result("plain", 24, { error: 4e-6 })],
    failures: [],
    profiles: [],
    ...more,
  };
}
