/**
 * What happens to each head's queries and keys between the linears and attention: an RMSNorm over the head's dimensions
 * (Qwen3), and a factor on queries where scores are not divided by sqrt(e).
 */
import type { Ops, Tensor } from "@ft/backend";
import type { BlockNames, ModelConfig } from "../../families/family.ts";
import { affineBackward, applyAffine, bindNorm, type Norm, normalize, normalizeBackward } from "./norm.ts";
import type { Gradients, TensorSource } from "./part.ts";

export interface QueryKey {
  /** Dimensions of a head, e. */
  size: number;
  queryNorm?: Norm;
  keyNorm?: Norm;
  /** On queries after their norm; attention divides by sqrt(e). */
  queryFactor: number;
}

/** Undefined if queries and keys go to attention as they are. */
export function bindQueryKey(
  source: TensorSource,
  { queryNorm, keyNorm }: BlockNames,
  config: ModelConfig,
  layer: number,
): QueryKey | undefined {
  const queryFactor = factorOf(config, layer);
  if (queryFactor === 1 && !queryNorm && !keyNorm) return undefined;
  const norm = (name: string) =>
    bindNorm(source, name, { norm: "rms", layerNormEpsilon: config.layerNormEpsilon });
  return {
    size: config.headSize,
    ...(queryNorm && { queryNorm: norm(queryNorm) }),
    ...(keyNorm && { keyNorm: norm(keyNorm) }),
    queryFactor,
  };
}

function factorOf({ scoreScale, headSize }: ModelConfig, layer: number): number {
  if (scoreScale === "none") return Math.sqrt(headSize);
  return scoreScale === "head-size-and-layer" ? 1 / (layer + 1) : 1;
}

/** Queries, keys and values of any heads, [R, 3 n e] with columns by head, q, k, v, to what attention takes. */
export function queryKeyForward(ops: Ops, part: QueryKey | undefined, qkv: Tensor): Tensor {
  if (!part) return qkv;
  const { queryNorm, keyNorm, queryFactor } = part;
  return ops.scope(() => {
    const [q, k, v] = portsOf(ops, part, qkv);
    const normed = (norm: Norm | undefined, t: Tensor) =>
      norm ? applyAffine(ops, norm, normalize(ops, norm, t).xhat) : t;
    const queries = normed(queryNorm, q);
    const scaled = queryFactor === 1 ? queries : ops.scale(queries, queryFactor);
    return joined(ops, qkv, [scaled, normed(keyNorm, k), v]);
  });
}

/** The gradient at qkv, [R, 3 n e], from the one at what attention takes; the norms' own go to `gradients`. */
export function queryKeyBackward(
  ops: Ops,
  part: QueryKey | undefined,
  qkv: Tensor,
  dOut: Tensor,
  gradients?: Gradients,
): Tensor {
  if (!part) return dOut;
  const { queryNorm, keyNorm, queryFactor } = part;
  const [q, k] = portsOf(ops, part, qkv);
  const [dScaled, dk, dv] = portsOf(ops, part, dOut);
  const through = (norm: Norm | undefined, t: Tensor, dy: Tensor) => {
    if (!norm) return dy;
    const normalized = normalize(ops, norm, t);
    const dXhat = affineBackward(ops, norm, normalized.xhat, dy, gradients);
    return normalizeBackward(ops, norm, normalized, dXhat);
  };
  const dq = queryFactor === 1 ? dScaled : ops.scale(dScaled, queryFactor);
  return joined(ops, qkv, [through(queryNorm, q, dq), through(keyNorm, k, dk), dv]);
}

/** Queries, keys and values, each [R n, e]. */
function portsOf(ops: Ops, { size }: QueryKey, qkv: Tensor): [Tensor, Tensor, Tensor] {
  const byHead = ops.reshape(qkv, [-1, 3 * size]); // [R n, 3 e]
  const port = (i: number) => ops.slice(byHead, [0, i * size], [-1, size]);
  return [port(0), port(1), port(2)];
}

function joined(ops: Ops, { shape }: Tensor, parts: readonly Tensor[]): Tensor {
  return ops.reshape(ops.concat(parts, 1), shape);
}
