/** The angles by which rotary dimensions turn from one position to the next. */
import type { ModelConfig, RotaryScaling } from "../families/index.ts";

/** base^(-2i / rotaryDims) for i below rotaryDims / 2, scaled as the model asks. */
export function rotaryFrequencies({
  rotaryDims,
  rotaryBase,
  rotaryScaling,
}: Pick<ModelConfig, "rotaryDims" | "rotaryBase" | "rotaryScaling">): number[] {
  const half = rotaryDims / 2;
  const plain = Array.from({ length: half }, (_, i) => rotaryBase ** (-i / half));
  return rotaryScaling ? plain.map((frequency) => scaled(frequency, rotaryScaling)) : plain;
}

/**
 * linear: divided by the factor. llama3: unchanged if the wavelength is short against the context of before, divided if it
 * is long, in between a mixture (transformers' `_compute_llama3_parameters`).
 */
function scaled(frequency: number, scaling: RotaryScaling): number {
  const long = frequency / scaling.factor;
  if (scaling.type === "linear") return long;
  const { lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  const turns = (originalPositions * frequency) / (2 * Math.PI); // in the context of before
  const share = Math.min(Math.max((turns - low) / (high - low), 0), 1);
  return (1 - share) * long + share * frequency;
}
