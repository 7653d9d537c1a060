/** Rotary positions in config.json: the keys of transformers 5 (`rope_parameters`) and of older versions. */
import { z } from "zod";
import type { RotaryScaling } from "./family.ts";
import type { Variants } from "./read-config.ts";

const scaling = {
  rope_type: z.string().optional(),
  factor: z.number().positive().optional(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  original_max_position_embeddings: z.number().positive().optional(),
};

export const rotaryKeys = {
  rope_scaling: z.looseObject({ ...scaling, type: z.string().optional() }).nullish(),
  rope_parameters: z
    .looseObject({
      ...scaling,
      rope_theta: z.number().positive().optional(),
      partial_rotary_factor: z.number().positive().max(1).optional(),
    })
    .nullish(),
};

type RotaryJson = z.infer<z.ZodObject<typeof rotaryKeys>>;

/**
 * The scaling of the rotary frequencies, if there is one.
 * @throws UserError if it is of another kind than linear and llama3, or lacks a number
 */
export function readRotaryScaling(json: RotaryJson, variants: Variants): RotaryScaling | undefined {
  const [key, given] = json.rope_parameters
    ? (["rope_parameters", json.rope_parameters] as const)
    : (["rope_scaling", json.rope_scaling ?? {}] as const);
  const old = "type" in given && typeof given.type === "string" ? given.type : undefined;
  const type: string = given.rope_type ?? old ?? "default";
  const number = (name: keyof typeof scaling): number => {
    const value = given[name];
    if (typeof value !== "number") throw variants.unsupported(`${key}.${name}`, value, "a positive number");
    return value;
  };
  switch (type) {
    case "default":
      return undefined;
    case "linear":
      return { type, factor: number("factor") };
    case "llama3":
      return {
        type,
        factor: number("factor"),
        lowFrequencyFactor: number("low_freq_factor"),
        highFrequencyFactor: number("high_freq_factor"),
        originalPositions: number("original_max_position_embeddings"),
      };
    default:
      throw variants.unsupported(`${key}.rope_type`, type, '"default", "linear", "llama3"');
  }
}

/** The `rope_parameters` that {@link readRotaryScaling} reads back. */
export function rotaryJson(base: number, scaling: RotaryScaling | undefined): Record<string, unknown> {
  if (!scaling) return { rope_type: "default", rope_theta: base };
  if (scaling.type === "linear") return { rope_type: "linear", rope_theta: base, factor: scaling.factor };
  return {
    rope_type: "llama3",
    rope_theta: base,
    factor: scaling.factor,
    low_freq_factor: scaling.lowFrequencyFactor,
    high_freq_factor: scaling.highFrequencyFactor,
    original_max_position_embeddings: scaling.originalPositions,
  };
}
