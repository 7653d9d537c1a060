/** What reading a config.json has in common for all families. */
import { UserError } from "@ft/artifacts";
import { z } from "zod";
import { type ActivationName, activations, isActivation } from "../decoder/parts/activation.ts";

/** Far above any known model; bounds the lists that are made from config.json alone. */
const MOST_LAYERS = 10_000;

export const size = z.int().positive();
export const layerCount = size.max(MOST_LAYERS);

/** Keys of every family. */
export const commonKeys = {
  initializer_range: z.number().positive().default(0.02),
  quantization_config: z.unknown().optional(),
};

/** Refuses variants of a family, naming the key and what is supported. */
export class Variants {
  readonly #family: string;
  readonly #file: string;

  constructor(family: string, file: string) {
    this.#family = family;
    this.#file = file;
  }

  /** The error for a value that would be computed wrongly. */
  unsupported(place: string, value: unknown, supported: string): UserError {
    return new UserError(`this variant of ${this.#family} is not supported`, {
      file: this.#file,
      place,
      value,
      remedy: `Supported: ${supported}.`,
    });
  }

  /** @throws UserError if the key has another value than the one that is computed */
  only<T>(place: string, value: T, supported: T): void {
    if (value !== supported) throw this.unsupported(place, value, JSON.stringify(supported));
  }

  /** @throws UserError if the weights are stored in integers */
  refuseQuantized({ quantization_config: quantization }: { quantization_config?: unknown }): void {
    if (quantization != null)
      throw this.unsupported("quantization_config", quantization, "weights in F32, F16 or BF16");
  }

  /** @throws UserError if the activation is not computed */
  activation(place: string, name: string): ActivationName {
    if (isActivation(name)) return name;
    throw this.unsupported(place, name, Object.keys(activations).join(", "));
  }

  /** whole / parts. @throws UserError if it is no integer */
  quotient(place: string, parts: number, whole: { name: string; value: number }): number {
    const quotient = whole.value / parts;
    if (Number.isInteger(quotient)) return quotient;
    throw new UserError(`${whole.name} (${whole.value}) does not divide into the attention heads`, {
      file: this.#file,
      place,
      value: parts,
      remedy: `Choose a divisor of ${whole.name}.`,
    });
  }
}
