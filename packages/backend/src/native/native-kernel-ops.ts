/** Native operations with custom kernels where they are faster: see kernels.ts and the sources in kernels/. */

import { instead } from "../composite-ops.ts";
import type { AttentionTree, Normalized, ParameterState, Tensor } from "../ops.ts";
import { assertMultiplyAdd, assertRows, assertTarget } from "../shapes.ts";
import type { Attribute } from "./binding.ts";
import { InPlaceParameter } from "./in-place-parameter.ts";
import { NativeOps } from "./native-ops.ts";
import type { NativeParameter } from "./native-parameter.ts";

/** Operations whose results never share their inputs' memory: the custom ones and those that training uses. */
const COPYING = /^(Ft.*|MatMul|BatchMatMulV2|GatherV2|AddV2|Mul|Sub)$/;

/**
 * Whether choosing rows is faster as a matrix product of counts and all rows than as additions, for lists that choose
 * this many of `rows` rows in total. The product is four times as fast as additions, but packing the rows takes as long
 * as some sixteen lists. Measured.
 */
const chooseMost = (additions: number, lists: number, rows: number) => 4 * additions > rows * (lists + 16);

/** For a binding into which the kernels have been loaded. */
export class NativeKernelOps extends NativeOps {
  /** Parameters' values whose memory other tensors may share. */
  readonly #shared = new WeakSet<Tensor>();

  protected override makeParameter(shape: readonly number[], state: ParameterState): NativeParameter {
    return new InPlaceParameter(this.binding, this.memory, shape, state, (value) => this.#shared.has(value));
  }

  protected override runAll(
    name: string,
    inputs: readonly (Tensor | number)[],
    attributes?: readonly Attribute[],
    outputs?: number,
  ): Tensor[] {
    if (!COPYING.test(name))
      for (const input of inputs)
        if (typeof input !== "number" && this.memory.isLent(input)) this.#shared.add(input);
    return super.runAll(name, inputs, attributes, outputs);
  }

  override segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor {
    return this.run("FtSegmentSum", [t, segment], [this.#int("segments", segments)]);
  }

  override addRows(base: Tensor, rows: readonly Tensor[], chosen: readonly (readonly number[])[]): Tensor {
    assertRows(base.shape, rows, chosen);
    const count = rows.reduce((sum, { shape }) => sum + shape[0]!, 0);
    if (chooseMost(chosen.flat().length, chosen.length, count)) return super.addRows(base, rows, chosen);
    const lists = Int32Array.from(chosen.flatMap((list) => [list.length, ...list]));
    const numbers = this.tensor(lists, [lists.length]);
    const attributes = [this.#int("tensors", rows.length)];
    return instead(this, numbers, this.run("FtAddRows", [base, numbers, ...rows], attributes));
  }

  override gelu(x: Tensor): Tensor {
    return this.run("FtGelu", [x]);
  }

  override geluGradient(x: Tensor, dy: Tensor): Tensor {
    return this.run("FtGeluGradient", [x, dy]);
  }

  override multiplyAdd(x: Tensor, factor: Tensor, addend: Tensor): Tensor {
    assertMultiplyAdd(x.shape, factor.shape, addend.shape);
    return this.run("FtMultiplyAdd", [x, factor, addend]);
  }

  override norm(tensors: readonly Tensor[]): Tensor {
    return this.run("FtNorm", tensors, [this.#int("tensors", tensors.length)]);
  }

  override softmax(t: Tensor): Tensor {
    return this.run("FtSoftmax", [t]);
  }

  override logSoftmax(t: Tensor): Tensor {
    return this.run("FtLogSoftmax", [t]);
  }

  override klDivergence(logTarget: Tensor, logits: Tensor): Tensor {
    assertTarget(logTarget.shape, logits.shape);
    return this.run("FtKlDivergence", [logTarget, logits]);
  }

  override crossEntropy(logits: Tensor, labels: Tensor): { losses: Tensor; gradient: Tensor } {
    if (logits.shape.length !== 2 || labels.shape.join() !== `${logits.shape[0]}`)
      throw new Error(`labels [${labels.shape}] do not fit logits [${logits.shape}]`);
    const [losses, gradient] = this.runAll("FtCrossEntropy", [logits, labels], [], 2);
    return { losses: losses!, gradient: gradient! };
  }

  override normalize(x: Tensor, epsilon: number, centred: boolean): Normalized {
    const attributes = [this.#float("epsilon", epsilon), this.#centred(centred)];
    const [xhat, rstd] = this.runAll("FtNormalize", [x], attributes, 2);
    return { xhat: xhat!, rstd: rstd! };
  }

  override normalizeGradient({ xhat, rstd }: Normalized, gradient: Tensor, centred: boolean): Tensor {
    return this.run("FtNormalizeGradient", [xhat, rstd, gradient], [this.#centred(centred)]);
  }

  override attend(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree): Tensor {
    return this.#attention("FtAttend", qkv, past, tree, []);
  }

  override attendGradient(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree, dz: Tensor): Tensor {
    return this.#attention("FtAttendGradient", qkv, past, tree, [dz]);
  }

  #attention(
    name: string,
    qkv: Tensor,
    past: Tensor | undefined,
    tree: AttentionTree,
    more: readonly Tensor[],
  ): Tensor {
    const { offsets, runs, cosine, sine, heads } = tree;
    const none = past ?? this.tensor(new Float32Array(0), [0, qkv.shape[1]!]);
    const inputs = [qkv, none, offsets.tensor, runs.tensor, cosine, sine, ...more];
    const result = this.run(name, inputs, [this.#int("heads", heads)]);
    return past ? result : instead(this, none, result);
  }

  #int(name: string, value: number): Attribute {
    return { name, type: this.binding.TF_ATTR_INT, value };
  }

  #float(name: string, value: number): Attribute {
    return { name, type: this.binding.TF_ATTR_FLOAT, value };
  }

  #centred(value: boolean): Attribute {
    return this.#flag("centred", value);
  }

  #flag(name: string, value: boolean): Attribute {
    return { name, type: this.binding.TF_ATTR_BOOL, value };
  }
}
