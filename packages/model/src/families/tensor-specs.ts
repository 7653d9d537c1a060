/** The tensors of linears and norms, from which families list their checkpoints. */
import type { TensorSpec } from "./family.ts";

export interface LinearOptions {
  /** @default true */
  bias?: boolean;
  /** @default false */
  writesResidual?: boolean;
  /** Whether files hold the weight as [in, out]. @default false */
  transposed?: boolean;
}

/** A linear's weight [out, in], and its bias [out] if it has one. */
export function linearSpecs(
  name: string,
  [out, inputs]: readonly [number, number],
  { bias = true, writesResidual = false, transposed = false }: LinearOptions = {},
): TensorSpec[] {
  const weight: TensorSpec = {
    name: `${name}.weight`,
    shape: [out, inputs],
    kind: "matrix",
    writesResidual,
    ...(transposed && { transposed }),
  };
  return bias ? [weight, { name: `${name}.bias`, shape: [out], kind: "bias" }] : [weight];
}

/** A LayerNorm's gain and bias, each [width]. */
export function layerNormSpecs(name: string, width: number): TensorSpec[] {
  return [...rmsNormSpecs(name, width), { name: `${name}.bias`, shape: [width], kind: "bias" }];
}

/** An RMSNorm's gain, [width]. */
export function rmsNormSpecs(name: string, width: number): TensorSpec[] {
  return [{ name: `${name}.weight`, shape: [width], kind: "gain" }];
}

/** A matrix over the vocabulary or over positions. */
export function tableSpec(name: string, rows: number, width: number): TensorSpec {
  return { name, shape: [rows, width], kind: "matrix" };
}
