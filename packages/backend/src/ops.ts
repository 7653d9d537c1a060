/** The operations that all mathematics is written in; several backends implement them and pass the same tests. */

/**
 * A tensor on a backend. Its contents are read with {@link Ops.read}; only the backend that made it may use it.
 * Contiguous, row-major. A tensor lives until its scope ends or it is disposed of.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
}

/** A trainable tensor with AdamW's two moments; {@link Ops.adamW} updates it in place. */
export interface Parameter {
  readonly shape: readonly number[];
  /** The current value. Owned by the parameter; valid until the next update. */
  readonly value: Tensor;
}

/** A parameter read back: its value and the two moments, each with the parameter's number of elements. */
export interface ParameterState {
  value: Float32Array;
  firstMoment: Float32Array;
  secondMoment: Float32Array;
}

/** The hyperparameters of one AdamW update (Loshchilov and Hutter 2019, algorithm 2; PyTorch's conventions). */
export interface AdamWStep {
  learningRate: number;
  /** @default 0.9 */
  beta1?: number;
  /** @default 0.999 */
  beta2?: number;
  /** Added to the square root of the bias-corrected second moment. @default 1e-8 */
  epsilon?: number;
  /** Decoupled: the parameter shrinks by learningRate * weightDecay before the update. @default 0 */
  weightDecay?: number;
  /** Number of this update, from 1. */
  step: number;
}

/**
 * Which rows attend to which: rows form a tree, and each attends to its ancestors and itself. A prefix that prompts share
 * is a row with many children. Rows of earlier passes may be ancestors too.
 */
export interface AttentionTree {
  heads: number;
  /** Rows of this pass, R. */
  rows: number;
  /** Rows of earlier passes, P, counted before those of this one. */
  past: number;
  /** Row r attends to the ranges from `offsets[r]` to `offsets[r + 1]`, int32 [R + 1]; on the host and on the backend. */
  offsets: Constant;
  /** First row and length of each range, int32 [ranges, 2]; a row's last range ends with the row itself. */
  runs: Constant;
  /** Rotary tables of all rows, [P + R, rotaryDims / 2]: dimension i of a head rotates with i + rotaryDims / 2. */
  cosine: Tensor;
  sine: Tensor;
}

/** Integers that are on the host and on the backend. */
export interface Constant {
  values: Int32Array;
  tensor: Tensor;
}

/** Rows normalised to mean 0 and variance 1. */
export interface Normalized {
  /** (x - mean) / sqrt(variance + epsilon), [R, d]. */
  xhat: Tensor;
  /** 1 / sqrt(variance + epsilon), [R, 1]. */
  rstd: Tensor;
}

/** What a backend is, recorded in every output. */
export interface BackendInfo {
  name: "native" | "tfjs" | "wasm";
  device: "cpu" | "gpu";
  /** The library that computes, with its version, such as "tensorflow 2.21.0". */
  library: string;
  threads: number;
}

/**
 * Some forty operations. Shapes broadcast as in NumPy. All floating-point work is float32. Every operation
 * returns a new tensor; none changes its inputs, except {@link Ops.adamW} and {@link Ops.assign}.
 */
export interface Ops {
  readonly info: BackendInfo;

  // Memory
  /** Copies host values to the backend: float32 from a Float32Array, int32 from an Int32Array. */
  tensor(values: Float32Array | Int32Array, shape: readonly number[]): Tensor;
  /**
   * The same without a copy if the backend supports that, for weights: the values must not change while the tensor
   * is alive.
   */
  share(values: Float32Array, shape: readonly number[]): Tensor;
  /** Copies a tensor's values to the host. */
  read(t: Tensor): Float32Array | Int32Array;
  /** Frees tensors now. Freeing twice is an error. */
  dispose(...tensors: Tensor[]): void;
  /**
   * Runs `body` and frees every tensor made in it, except those found in what it returns (a tensor, or arrays, maps
   * and plain objects of tensors), which pass to the enclosing scope. Scopes nest. Parameters are never freed by scopes.
   */
  scope<T>(body: () => T): T;
  /** Takes tensors out of every scope, so that they live until disposed of. Returns its argument. */
  keep<T>(tensors: T): T;
  /** How many tensors are alive (parameters counted with their moments). */
  readonly liveTensors: number;

  // Shape
  reshape(t: Tensor, shape: readonly number[]): Tensor;
  transpose(t: Tensor, permutation: readonly number[]): Tensor;
  concat(tensors: readonly Tensor[], axis: number): Tensor;
  /** The block of `t` that starts at `begin` and has `size` elements per dimension (-1: to the end). */
  slice(t: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  /** Rows of `t` along the first axis: [n, ...] and int32 indices [k] give [k, ...]. */
  gather(t: Tensor, indices: Tensor): Tensor;
  /** The transpose of gather: sums rows [k, ...] of `t` into [segments, ...] by their int32 segment [k]. */
  segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor;

  /**
   * An embedding bag with a base: row i of the result [m, k] is `base` [k] plus the sum of the rows that list i of m gives
   * by index in `rows`, matrices [n_j, k] taken as one.
   */
  addRows(base: Tensor, rows: readonly Tensor[], chosen: readonly (readonly number[])[]): Tensor;

  // Elementwise
  add(a: Tensor, b: Tensor): Tensor;
  subtract(a: Tensor, b: Tensor): Tensor;
  multiply(a: Tensor, b: Tensor): Tensor;
  /** x times `factor` plus `addend`: x [..., d], factor [d], addend [d] or of x's shape. */
  multiplyAdd(x: Tensor, factor: Tensor, addend: Tensor): Tensor;
  /** t times a constant. */
  scale(t: Tensor, factor: number): Tensor;
  square(t: Tensor): Tensor;
  /** 1 / sqrt(t + epsilon). */
  rsqrt(t: Tensor, epsilon: number): Tensor;
  exp(t: Tensor): Tensor;
  /** The exact GELU, x Phi(x). */
  gelu(x: Tensor): Tensor;
  /** dy times the derivative of the exact GELU at x. */
  geluGradient(x: Tensor, dy: Tensor): Tensor;
  /** 1 / (1 + exp(-x)). */
  sigmoid(x: Tensor): Tensor;
  /** max(x, 0). */
  relu(x: Tensor): Tensor;
  /** dy where x > 0, else 0. */
  reluGradient(x: Tensor, dy: Tensor): Tensor;

  // Reductions
  /** @param keepDims keeps reduced dimensions with size 1. @default false */
  sum(t: Tensor, axes: readonly number[], keepDims?: boolean): Tensor;
  mean(t: Tensor, axes: readonly number[], keepDims?: boolean): Tensor;
  /** The L2 norm of tensors taken as one vector, a scalar. */
  norm(tensors: readonly Tensor[]): Tensor;
  /** Index of the largest element along the last axis (the first of equals), int32. */
  argMax(t: Tensor): Tensor;

  // Linear algebra
  /**
   * Matrix product over the last two dimensions, batched over equal leading ones.
   * A rank-2 operand against a higher-rank one is not broadcast: reshape first.
   * @param factor scales the product, such as an adapter's scale; use few different values. @default 1
   */
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean, factor?: number): Tensor;

  /**
   * Grouped matrix product: `a[i]` times `b[chosen[i]]`, for `a` [n, r, k] and `b` [m, k, c] (if transposed [m, c, k]);
   * [n, r, c].
   */
  matMulGrouped(a: Tensor, b: Tensor, chosen: readonly number[], transposeB?: boolean): Tensor;

  /**
   * Matrices joined along the inner dimension, a1 b1 + a2 b2 + ... + bias: as many left ones [m, k_i] as right ones [k_i, n]
   * (if transposed [n, k_i]).
   */
  matMulJoined(
    left: readonly Tensor[],
    right: readonly Tensor[],
    transposeRight?: boolean,
    bias?: Tensor,
  ): Tensor;

  /** x W^T + b over rows (addmm): x [R, in], W [out, in] as checkpoints store it, b [out]. */
  linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor;

  // Layers
  /**
   * LayerNorm without gain and bias of rows x [R, d] (any leading dimensions).
   * @param centred rows already have mean 0, so the mean is not computed
   */
  normalize(x: Tensor, epsilon: number, centred: boolean): Normalized;
  /**
   * The gradient at x: rstd (g - mean(g) - xhat mean(g xhat)). With centred rows the mean of g is left in: it only moves
   * the gradient along the constant direction, which no centred writer can see.
   */
  normalizeGradient(normalized: Normalized, gradient: Tensor, centred: boolean): Tensor;
  /**
   * Causal attention over a tree of rows with rotary positions: z_r = sum_j softmax_j(q_r k_j / sqrt e) v_j over the
   * ancestors j of r and r itself.
   *
   * @param qkv queries, keys and values before rotation, [R, 3 d], columns ordered head, then q, k, v
   * @param past the same of earlier passes' rows, [P, 3 d]; absent if there are none
   * @returns each head's mixed values side by side, [R, d]
   */
  attend(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree): Tensor;
  /** The gradient at qkv [R, 3 d] from that at z [R, d]; rows of earlier passes are constants. */
  attendGradient(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree, dz: Tensor): Tensor;

  // Softmax
  /** Along the last axis. */
  softmax(t: Tensor): Tensor;
  /** Along the last axis. */
  logSoftmax(t: Tensor): Tensor;
  /** The input's gradient of a softmax over the last axis: p * (dp - sum(dp * p)). */
  softmaxGradient(probabilities: Tensor, dProbabilities: Tensor): Tensor;
  /**
   * The divergence of softmax(logits) from a target distribution p: sum of p (log p - log softmax(logits)) over the last
   * axis, of log p and logits [n, classes], [n].
   */
  klDivergence(logTarget: Tensor, logits: Tensor): Tensor;
  /** Cross entropy of logits [n, classes] against int32 labels [n]: losses [n] and each loss's gradient [n, classes]. */
  crossEntropy(logits: Tensor, labels: Tensor): { losses: Tensor; gradient: Tensor };

  // Training
  /** Creates a trainable tensor; moments default to zero. Lives until {@link Ops.disposeParameter}. */
  parameter(
    values: Float32Array,
    shape: readonly number[],
    moments?: Omit<ParameterState, "value">,
  ): Parameter;
  readParameter(p: Parameter): ParameterState;
  disposeParameter(...parameters: Parameter[]): void;
  /** Replaces a parameter's value and keeps its moments. */
  assign(p: Parameter, values: Float32Array): void;
  /** One AdamW update in place. */
  adamW(p: Parameter, gradient: Tensor, step: AdamWStep): void;
}
