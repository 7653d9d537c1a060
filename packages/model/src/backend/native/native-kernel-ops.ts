/** Native operations with our own kernels where they are faster: see kernels.ts and the sources in kernels/. */

import { instead } from "../composites.ts";
import type { AttentionTree, Normalized, Tensor } from "../ops.ts";
import { type MatMulSizes, matMulSizes } from "../shapes.ts";
import type { Attribute } from "./binding.ts";
import { NativeOps } from "./native-ops.ts";

/** Columns of a product are made a multiple of this many. */
const PADDING = 8;
/** Elements of a right factor from which transposing both sides of a product costs less than it gains. */
const LARGE = 2 ** 18;
/** How often the inner size holds the outer ones where a product is a contraction of few long rows. */
const LONG = 16;

/** A single row is multiplied by a transposed factor as fast as it is read. */
function isLarge({ rows, inner, columns }: MatMulSizes): boolean {
  return rows > 1 && inner * columns >= LARGE;
}

function isContraction({ rows, inner, columns }: MatMulSizes): boolean {
  return inner >= LONG * Math.max(rows, columns);
}

/** For a binding into which the kernels have been loaded. */
export class NativeKernelOps extends NativeOps {
  override segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor {
    return this.run("FtSegmentSum", [t, segment], [this.#int("segments", segments)]);
  }

  override gelu(x: Tensor): Tensor {
    return this.run("FtGelu", [x]);
  }

  override geluGradient(x: Tensor, dy: Tensor): Tensor {
    return this.run("FtGeluGradient", [x, dy]);
  }

  override matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    if (a.shape.length === 2 && transposeB && !transposeA) {
      const sizes = matMulSizes(a.shape, b.shape, transposeA, transposeB);
      if (isContraction(sizes)) return this.run("FtContract", [a, b]);
      if (isLarge(sizes)) return this.#timesTransposed(a, b);
    }
    return super.matMul(a, b, transposeA, transposeB);
  }

  override linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
    return isLarge(matMulSizes(x.shape, weight.shape, false, true))
      ? this.#timesTransposed(x, weight, bias)
      : super.linear(x, weight, bias);
  }

  /**
   * x W^T + b as the transpose of W x^T: TensorFlow multiplies by a transposed right factor at a half to an eighth of its
   * speed, and at full speed only by one whose columns are a multiple of eight.
   */
  #timesTransposed(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
    const [rows, inner] = x.shape as [number, number];
    const padded = Math.ceil(rows / PADDING) * PADDING;
    const none = this.constants.noFloats();
    const upright = this.run("FtTranspose", [x, none], this.#sizes(inner, padded)); // x^T
    const product = instead(this, upright, super.matMul(weight, upright));
    const sizes = this.#sizes(rows, weight.shape[0]!);
    return instead(this, product, this.run("FtTranspose", [product, bias ?? none], sizes));
  }

  override normalize(x: Tensor, epsilon: number, centred: boolean): Normalized {
    const type = this.binding.TF_ATTR_FLOAT;
    const attributes = [{ name: "epsilon", type, value: epsilon }, this.#centred(centred)];
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

  #sizes(rows: number, columns: number): Attribute[] {
    return [this.#int("rows", rows), this.#int("columns", columns)];
  }

  #centred(value: boolean): Attribute {
    return { name: "centred", type: this.binding.TF_ATTR_BOOL, value };
  }
}
