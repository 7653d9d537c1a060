/** Counts the operations of a computation, for tests that the work does not grow. */

import type { AttentionTree, Ops, Tensor } from "./ops.ts";
import { elements, matMulSizes } from "./shapes.ts";

/** What is counted: the operations that compute or move data. */
export type CountedOperation = Exclude<
  keyof Ops,
  "info" | "liveTensors" | "scope" | "keep" | "dispose" | "disposeParameter"
>;

export interface OperationCount {
  calls: number;
  /**
   * Floating-point operations. Exact for matrix products, two per multiplication; elsewhere the additions,
   * multiplications and divisions of the formula, an elementary function such as exp being one.
   */
  flops: number;
}

export interface CountedOps {
  /** The backend with counting; behaves like the backend itself. */
  ops: Ops;
  /** By operation, in order of the first call. */
  counts: ReadonlyMap<CountedOperation, Readonly<OperationCount>>;
  /** Over all operations. */
  total(): OperationCount;
  reset(): void;
}

type Flops = {
  [Name in CountedOperation]?: (result: ReturnType<Ops[Name]>, ...operands: Parameters<Ops[Name]>) => number;
};

const perElement =
  (flops: number) =>
  (result: Tensor): number =>
    flops * elements(result.shape);
const perInput = (_: Tensor, input: Tensor): number => elements(input.shape);

/** The operations not listed only move data. */
const FLOPS: Flops = {
  add: perElement(1),
  subtract: perElement(1),
  multiply: perElement(1),
  multiplyAdd: perElement(2),
  scale: perElement(1),
  square: perElement(1),
  rsqrt: perElement(2),
  exp: perElement(1),
  gelu: perElement(5),
  geluGradient: perElement(11),
  sigmoid: perElement(3),
  relu: perElement(1),
  reluGradient: perElement(1),
  sum: perInput,
  mean: perInput,
  norm: (_, tensors) => tensors.reduce((sum, { shape }) => sum + 2 * elements(shape), 0),
  segmentSum: perInput,
  addRows: (sums, _base, _rows, chosen) => chosen.flat().length * sums.shape[1]!,
  matMul: (product, a, b, transposeA = false, transposeB = false, factor = 1) => {
    const { inner } = matMulSizes(a.shape, b.shape, transposeA, transposeB);
    return elements(product.shape) * (2 * inner + (factor === 1 ? 0 : 1));
  },
  matMulGrouped: (product, a) => 2 * elements(product.shape) * a.shape.at(-1)!,
  matMulJoined: (product, left, _right, _transposed, bias) =>
    elements(product.shape) * (2 * left.reduce((sum, { shape }) => sum + shape[1]!, 0) + (bias ? 1 : 0)),
  linear: (_, x, weight, bias) => {
    const [outputs, inputs] = weight.shape as [number, number];
    return x.shape[0]! * outputs * (2 * inputs + (bias ? 1 : 0));
  },
  normalize: ({ xhat }) => 6 * elements(xhat.shape),
  normalizeGradient: perElement(7),
  attend: (z, _qkv, _past, tree) => 4 * pairs(tree) * z.shape[1]!,
  attendGradient: (_, _qkv, _past, tree, dz) => 10 * pairs(tree) * dz.shape[1]!,
  softmax: perElement(4),
  logSoftmax: perElement(4),
  softmaxGradient: perElement(4),
  klDivergence: (_, logTarget) => 8 * elements(logTarget.shape),
  crossEntropy: ({ gradient }) => 6 * elements(gradient.shape),
  adamW: (_, parameter) => 12 * elements(parameter.shape),
};

/** The number of (row, row it attends to) combinations. */
function pairs({ runs }: AttentionTree): number {
  let count = 0;
  for (let i = 1; i < runs.values.length; i += 2) count += runs.values[i]!;
  return count;
}

const UNCOUNTED: ReadonlySet<PropertyKey> = new Set(["scope", "keep", "dispose", "disposeParameter"]);

/** Wraps a backend so that its operations are counted, at some 0.2 microseconds per call. */
export function countOps(ops: Ops): CountedOps {
  const counts = new Map<CountedOperation, OperationCount>();
  const entryOf = (name: CountedOperation): OperationCount => {
    const entry = counts.get(name) ?? { calls: 0, flops: 0 };
    counts.set(name, entry);
    return entry;
  };

  const counted = (name: CountedOperation, run: (...operands: unknown[]) => unknown) => {
    const flops = FLOPS[name] as ((result: unknown, ...operands: unknown[]) => number) | undefined;
    return (...operands: unknown[]): unknown => {
      const result = run(...operands);
      const entry = entryOf(name);
      entry.calls++;
      if (flops) entry.flops += flops(result, ...operands);
      return result;
    };
  };

  const methods = new Map<PropertyKey, unknown>();
  const method = (name: PropertyKey, value: (...operands: unknown[]) => unknown): unknown => {
    let wrapped = methods.get(name);
    if (!wrapped) {
      // Backends keep their state in private fields, which only they themselves can reach.
      const bound = value.bind(ops);
      wrapped = UNCOUNTED.has(name) ? bound : counted(name as CountedOperation, bound);
      methods.set(name, wrapped);
    }
    return wrapped;
  };

  return {
    ops: new Proxy(ops, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function"
          ? method(name, value as (...operands: unknown[]) => unknown)
          : value;
      },
    }),
    counts,
    total() {
      const sum: OperationCount = { calls: 0, flops: 0 };
      for (const { calls, flops } of counts.values()) {
        sum.calls += calls;
        sum.flops += flops;
      }
      return sum;
    },
    reset: () => counts.clear(),
  };
}
