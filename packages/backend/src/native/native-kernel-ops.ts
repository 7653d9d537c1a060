/** Native operations with our own kernels where they are faster: see kernels.ts and the sources in kernels/. */

import { instead } from "../composite-ops.ts";
import {
  type AttentionTree,
  type Normalized,
  PACKED_ROWS,
  type ParameterState,
  type Tensor,
} from "../ops.ts";
import {
  assertChosen,
  assertMultiplyAdd,
  assertRows,
  assertTarget,
  joinedShape,
  matMulSizes,
} from "../shapes.ts";
import type { Attribute } from "./binding.ts";
import { InPlaceParameter } from "./in-place-parameter.ts";
import { NativeOps } from "./native-ops.ts";
import type { NativeParameter } from "./native-parameter.ts";

/** Operations whose results never are their inputs' memory: our own and those that training asks for. */
const COPYING = /^(Ft.*|GatherV2|AddV2|Mul|Sub)$/;

/**
 * Whether lists that choose so many of `rows` rows in all are better multiplied by all rows: four times as fast as
 * additions, once rows are laid out for it, which takes as long as some sixteen lists. Measured.
 */
const chooseMost = (additions: number, lists: number, rows: number) => 4 * additions > rows * (lists + 16);

/** For a binding into which the kernels have been loaded. */
export class NativeKernelOps extends NativeOps {
  readonly #packed = new WeakSet<Tensor>();
  /** Parameters' values of whose memory other tensors may be. */
  readonly #shared = new WeakSet<Tensor>();

  protected override makeParameter(shape: readonly number[], state: ParameterState): NativeParameter {
    return new InPlaceParameter(this.binding, this.memory, shape, state, (value) => this.#shared.has(value));
  }

  override pack(matrix: Tensor): Tensor {
    if (matrix.shape.length !== 2) throw new Error(`only a matrix can be packed, not [${matrix.shape}]`);
    this.runAll("FtPack", [matrix], [], 0);
    this.#packed.add(matrix);
    return matrix;
  }

  override reshape(t: Tensor, shape: readonly number[]): Tensor {
    if (!this.#packed.has(t)) return super.reshape(t, shape);
    const apart = [t.shape, shape].every((each) => each.at(-2)! % PACKED_ROWS === 0);
    if (!apart || shape.at(-1) !== t.shape.at(-1))
      throw new Error(`a packed matrix [${t.shape}] cannot be reshaped to [${shape}]`);
    const [view] = super.runAll("Reshape", [t, this.constants.ints(shape)]);
    this.#packed.add(view!);
    return view!;
  }

  override gather(t: Tensor, indices: Tensor): Tensor {
    if (!this.#packed.has(t) || t.shape.length !== 2) return super.gather(t, indices);
    return super.runAll("FtGatherPacked", [t, indices])[0]!;
  }

  override read(t: Tensor): Float32Array | Int32Array {
    this.#assertPlain([t]);
    return super.read(t);
  }

  protected override runAll(
    name: string,
    inputs: readonly (Tensor | number)[],
    attributes?: readonly Attribute[],
    outputs?: number,
  ): Tensor[] {
    this.#assertPlain(inputs);
    if (!COPYING.test(name))
      for (const input of inputs)
        if (typeof input !== "number" && this.memory.isLent(input)) this.#shared.add(input);
    return super.runAll(name, inputs, attributes, outputs);
  }

  #assertPlain(inputs: readonly (Tensor | number)[]): void {
    for (const input of inputs)
      if (typeof input !== "number" && this.#packed.has(input))
        throw new Error(
          `a packed matrix [${input.shape}] is only for products, as their right factor, for gather and reshape`,
        );
  }

  override segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor {
    return this.run("FtSegmentSum", [t, segment], [this.#int("segments", segments)]);
  }

  override addRows(base: Tensor, rows: readonly Tensor[], chosen: readonly (readonly number[])[]): Tensor {
    assertRows(base.shape, rows, chosen);
    const count = rows.reduce((sum, { shape }) => sum + shape[0]!, 0);
    if (chooseMost(chosen.flat().length, chosen.length, count)) {
      const times = this.timesChosen(chosen, count);
      return instead(this, times, this.#multiply([times], rows, false, false, { bias: base }));
    }
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

  override matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false, factor = 1): Tensor {
    matMulSizes(a.shape, b.shape, transposeA, transposeB);
    return this.#multiply([a], [b], transposeA, transposeB, { factor });
  }

  override matMulChosen(a: Tensor, b: Tensor, chosen: readonly number[], transposeB = false): Tensor {
    assertChosen(a.shape, b.shape, chosen, transposeB);
    const numbers = this.tensor(Int32Array.from(chosen), [chosen.length]);
    return instead(this, numbers, this.#multiply([a], [b], false, transposeB, { chosen: numbers }));
  }

  override matMulJoined(
    left: readonly Tensor[],
    right: readonly Tensor[],
    transposeRight = false,
    bias?: Tensor,
  ): Tensor {
    matMulSizes(joinedShape(left, 1), joinedShape(right, transposeRight ? 1 : 0), false, transposeRight);
    return this.#multiply(left, right, false, transposeRight, { bias });
  }

  override linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
    matMulSizes(x.shape, weight.shape, false, true);
    return this.#multiply([x], [weight], false, true, { bias });
  }

  #multiply(
    left: readonly Tensor[],
    right: readonly Tensor[],
    transposeA: boolean,
    transposeB: boolean,
    { bias, factor = 1, chosen }: { bias?: Tensor | undefined; factor?: number; chosen?: Tensor } = {},
  ): Tensor {
    const { constants } = this;
    const more = [...right.slice(1), bias ?? constants.floats([]), chosen ?? constants.ints([])];
    this.#assertPlain([...left, ...more]);
    const [product] = super.runAll(
      "FtMultiply",
      [...left, right[0]!, ...more],
      [
        this.#int("lefts", left.length),
        this.#int("rights", right.length),
        this.#flag("transpose_a", transposeA),
        this.#flag("transpose_b", transposeB),
        this.#flag("packed", this.#packed.has(right[0]!)),
        this.#float("factor", factor),
      ],
    );
    return product!;
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
