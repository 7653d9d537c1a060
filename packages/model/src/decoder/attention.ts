/** Causal attention of one segment's sequences over their own rows and over the shared contexts before them. */
import type { Ops, Tensor } from "../backend/ops.ts";

/**
 * Rotated keys and values [H * groups, length, e] that later sequences attend to. N sequences share `groups` of them,
 * N / groups consecutive sequences each, so one batched product a context serves them all.
 */
export interface Context {
  keys: Tensor;
  values: Tensor;
  groups: number;
  length: number;
}

export interface AttentionRecord {
  q: Tensor; // [H * N, S, e], rotated and scaled
  k: Tensor; // [H * N, S, e], rotated
  v: Tensor; // [H * N, S, e]
  contexts: readonly Context[];
  /** Softmax over all contexts' keys, then the segment's own, [H * N, S, T + S]. */
  probabilities: Tensor;
  /** The same by context, each [H * groups, rows, length], and the segment's own [H * N, S, S] last. */
  parts: readonly Tensor[];
}

/** z [H * N, S, e] = softmax(q k^T) v over contexts and own rows; `mask` [1, S, S] is added to the own scores. */
export function attentionForward(
  ops: Ops,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  contexts: readonly Context[],
  mask: Tensor,
): { z: Tensor; record: AttentionRecord } {
  const [sequences, length] = q.shape as [number, number, number];
  const scores = contexts.map((context) =>
    ops.reshape(ops.matMul(regroup(ops, q, context), context.keys, false, true), [
      sequences,
      length,
      context.length,
    ]),
  );
  scores.push(ops.add(ops.matMul(q, k, false, true), mask));
  const probabilities = ops.softmax(scores.length > 1 ? ops.concat(scores, 2) : scores[0]!);
  const parts = splitByContext(ops, probabilities, contexts);
  let z = ops.matMul(parts.at(-1)!, v);
  contexts.forEach((context, i) => {
    z = ops.add(z, ops.reshape(ops.matMul(parts[i]!, context.values), v.shape));
  });
  return { z, record: { q, k, v, contexts, probabilities, parts } };
}

export interface AttentionGradients {
  dq: Tensor;
  dk: Tensor;
  dv: Tensor;
  /** One a context, summed over the sequences that share it; empty unless asked for. */
  contexts: { dKeys: Tensor; dValues: Tensor }[];
}

/** @param contextGradients whether the contexts' keys and values need gradients: false where they are constants. */
export function attentionBackward(
  ops: Ops,
  { q, k, v, contexts, probabilities, parts }: AttentionRecord,
  dz: Tensor,
  contextGradients: boolean,
): AttentionGradients {
  const [sequences, length] = q.shape as [number, number, number];
  const grouped = contexts.map((context) => regroup(ops, dz, context));
  const dParts = contexts.map((context, i) =>
    ops.reshape(ops.matMul(grouped[i]!, context.values, false, true), [sequences, length, context.length]),
  );
  dParts.push(ops.matMul(dz, v, false, true));
  const dProbabilities = dParts.length > 1 ? ops.concat(dParts, 2) : dParts[0]!;
  const dScores = splitByContext(ops, ops.softmaxGradient(probabilities, dProbabilities), contexts);
  const own = dScores.at(-1)!;
  let dq = ops.matMul(own, k);
  contexts.forEach((context, i) => {
    dq = ops.add(dq, ops.reshape(ops.matMul(dScores[i]!, context.keys), q.shape));
  });
  return {
    dq,
    dk: ops.matMul(own, q, true, false),
    dv: ops.matMul(parts.at(-1)!, dz, true, false),
    contexts: contextGradients
      ? contexts.map((context, i) => ({
          dKeys: ops.matMul(dScores[i]!, regroup(ops, q, context), true, false),
          dValues: ops.matMul(parts[i]!, grouped[i]!, true, false),
        }))
      : [],
  };
}

/** Views [H * N, S, e] as [H * groups, N / groups * S, e]: the rows that share one context together. */
function regroup(ops: Ops, t: Tensor, { keys }: Context): Tensor {
  return ops.reshape(t, [keys.shape[0]!, -1, t.shape[2]!]);
}

/** Splits [H * N, S, T + S] along the keys, each context's part grouped as {@link regroup} groups queries. */
function splitByContext(ops: Ops, t: Tensor, contexts: readonly Context[]): Tensor[] {
  if (contexts.length === 0) return [t];
  let offset = 0;
  const parts = contexts.map((context) => {
    const part = ops.slice(t, [0, 0, offset], [-1, -1, context.length]);
    offset += context.length;
    return ops.reshape(part, [context.keys.shape[0]!, -1, context.length]);
  });
  parts.push(ops.slice(t, [0, 0, offset], [-1, -1, -1]));
  return parts;
}
