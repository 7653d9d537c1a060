/** The registry of an MLP's activations, by the names transformers gives them. */
import type { Ops, Tensor } from "@ft/backend";

/** An elementwise function with its backward pass. */
export interface Activation {
  forward(ops: Ops, x: Tensor): Tensor;
  /** dy times the derivative at x. */
  backward(ops: Ops, x: Tensor, dy: Tensor): Tensor;
}

/** GELU's approximation is x sigmoid(2 u), u = sqrt(2 / pi) (x + c x^3). */
const [C, TWICE_ROOT] = [0.044715, 2 * Math.sqrt(2 / Math.PI)];

/** The derivative of x s(v(x)) for the sigmoid s: s (1 + x (1 - s) v'). @param slope v'(x), of x's shape */
function sigmoidGateSlope(ops: Ops, x: Tensor, s: Tensor, slope?: Tensor): Tensor {
  const along = ops.multiply(x, ops.subtract(s, ops.square(s))); // x s (1 - s)
  return ops.add(s, slope ? ops.multiply(along, slope) : along);
}

/** 2 u(x). */
function twiceU(ops: Ops, x: Tensor): Tensor {
  const cubic = ops.scale(ops.multiply(ops.square(x), x), C);
  return ops.scale(ops.add(x, cubic), TWICE_ROOT);
}

export const activations = {
  /** The exact GELU. */
  gelu: { forward: (ops, x) => ops.gelu(x), backward: (ops, x, dy) => ops.geluGradient(x, dy) },
  /** GELU's approximation by tanh (Hendrycks and Gimpel 2016): x (1 + tanh(u)) / 2. */
  gelu_new: {
    forward: (ops, x) => ops.scope(() => ops.multiply(x, ops.sigmoid(twiceU(ops, x)))),
    backward: (ops, x, dy) =>
      ops.scope(() => {
        const one = ops.tensor(Float32Array.of(TWICE_ROOT), [1]);
        const slope = ops.add(ops.scale(ops.square(x), 3 * C * TWICE_ROOT), one);
        return ops.multiply(dy, sigmoidGateSlope(ops, x, ops.sigmoid(twiceU(ops, x)), slope));
      }),
  },
  relu: { forward: (ops, x) => ops.relu(x), backward: (ops, x, dy) => ops.reluGradient(x, dy) },
  /** x sigmoid(x). */
  silu: {
    forward: (ops, x) => ops.scope(() => ops.multiply(x, ops.sigmoid(x))),
    backward: (ops, x, dy) => ops.scope(() => ops.multiply(dy, sigmoidGateSlope(ops, x, ops.sigmoid(x)))),
  },
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

export function isActivation(name: string): name is ActivationName {
  return Object.hasOwn(activations, name);
}
