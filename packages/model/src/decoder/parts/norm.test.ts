import { type Ops, openBackend } from "@ft/backend";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../../../../backend/src/testing/all-close.ts";
import {
  affineBackward,
  applyAffine,
  type Norm,
  type NormKind,
  normalize,
  normalizeBackward,
} from "./norm.ts";
import type { Gradients } from "./part.ts";

const EPSILON = 1e-5;
const [ROWS, WIDTH] = [3, 8];
/** Float32 against float64; a difference quotient in float64 adds less. */
const FLOAT32 = { relative: 1e-5 };

const wave = (length: number, phase: number) => Array.from({ length }, (_, i) => Math.sin(phase + 1.7 * i));
const x = wave(ROWS * WIDTH, 0.3).map((value) => value + 0.5);
const gain = wave(WIDTH, 1.1).map((value) => value + 1.5);
const bias = wave(WIDTH, 2.2);
/** The coefficients of a loss that is linear in the output. */
const dy = wave(ROWS * WIDTH, 4.1);

/** The norm's equation in float64. */
function reference(kind: NormKind, x: number[], gain: number[], bias: number[]): number[] {
  return Array.from({ length: ROWS }, (_, row) => {
    const own = x.slice(row * WIDTH, (row + 1) * WIDTH);
    const mean = kind === "layer" ? own.reduce((sum, value) => sum + value, 0) / WIDTH : 0;
    const square = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / WIDTH;
    return own.map((value, i) => ((value - mean) / Math.sqrt(square + EPSILON)) * gain[i]! + bias[i]!);
  }).flat();
}

/** The gradient of sum(dy * f(values)), by difference quotients. */
function quotients(values: number[], f: (values: number[]) => number[]): number[] {
  const loss = (at: number[]) => f(at).reduce((sum, value, i) => sum + dy[i]! * value, 0);
  return values.map((value, i) => {
    const [up, down] = [1e-5, -1e-5].map((step) => loss(values.with(i, value + step)));
    return (up! - down!) / 2e-5;
  });
}

describe.each(["layer", "rms"] as const)("the norm of kind %s", (kind) => {
  let ops: Ops;
  let norm: Norm;
  beforeAll(async () => {
    ops = await openBackend();
    const tensor = (values: number[]) => ops.keep(ops.tensor(Float32Array.from(values), [WIDTH]));
    norm = {
      name: "n",
      kind,
      epsilon: EPSILON,
      gain: tensor(gain),
      trainable: { gain: true, bias: kind === "layer" },
    };
    if (kind === "layer") norm.bias = tensor(bias);
  });
  const zeros = new Array(WIDTH).fill(0);
  const offset = kind === "layer" ? bias : zeros;
  const rows = (values: number[]) => ops.tensor(Float32Array.from(values), [ROWS, WIDTH]);

  test("computes its equation", () => {
    ops.scope(() => {
      const y = applyAffine(ops, norm, normalize(ops, norm, rows(x)).xhat);
      expectAllClose(ops.read(y), Float32Array.from(reference(kind, x, gain, offset)), FLOAT32);
    });
  });

  test("has its equation's gradients", () => {
    ops.scope(() => {
      const normalized = normalize(ops, norm, rows(x));
      const gradients: Gradients = new Map();
      const dXhat = affineBackward(ops, norm, normalized.xhat, rows(dy), gradients);
      const dx = ops.read(normalizeBackward(ops, norm, normalized, dXhat));
      const expected = (values: number[]) => Float32Array.from(values);
      expectAllClose(dx, expected(quotients(x, (at) => reference(kind, at, gain, offset))), FLOAT32);
      const dGain = ops.read(gradients.get("n.weight")!);
      expectAllClose(dGain, expected(quotients(gain, (at) => reference(kind, x, at, offset))), FLOAT32);
      expect(gradients.has("n.bias")).toBe(kind === "layer");
      if (kind === "rms") return;
      const dBias = ops.read(gradients.get("n.bias")!);
      expectAllClose(dBias, expected(quotients(bias, (at) => reference(kind, x, gain, at))), FLOAT32);
    });
  });
});
