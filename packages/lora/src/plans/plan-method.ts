/** The common parts of all methods of planning adapters. */

import { type PlanRow, settingsText } from "@ft/artifacts";
import type { LayerRule } from "@ft/graph";
import { adapterKinds } from "@ft/model";
import { z } from "zod";

/** One way to plan: its options, and the rows that follow from them. */
export interface PlanMethod<Options extends z.ZodObject> {
  options: Options;
  rows(options: z.infer<Options>, context: PlanContext): PlanRow[];
}

/** The inputs of a method. */
export interface PlanContext {
  /** Layers of the model. */
  layers: number;
  /** The linears of each layer that can have adapters. */
  modules: readonly string[];
  /** The experiment's seed. */
  seed: number;
  /**
   * Edge change by layer between the first and the last circuit of each run of a plan.
   * @param probe the plan whose runs are used; needed if there are circuits of several plans
   * @throws UserError if the stage has no circuits, or the plan is missing or ambiguous
   */
  edgeChanges(rule: LayerRule, probe?: string): LayerMeasure;
  /**
   * The norm of what each run of a plan added to the weights of each layer, as one vector.
   * @param modules the linears of each layer that count
   * @param probe the plan whose runs are used; needed if there are checkpoints of several plans
   * @throws UserError if the stage has no checkpoints, or the plan is missing or ambiguous
   */
  weightChanges(modules: readonly string[], probe?: string): LayerMeasure;
  /**
   * The norm of the base model's loss gradient for the weights of each layer, as one vector.
   * @param modules the linears of each layer that count
   * @throws UserError if the stage has no gradients
   */
  gradientNorms(modules: readonly string[]): LayerMeasure;
}

/** What layers are ranked by. */
export interface LayerMeasure {
  /** By layer, [layers]; the mean over the runs if there are any. */
  mean: Float64Array;
  /** The same for each run of a probe, which shows how far runs agree; empty for a measure of the base model. */
  runs: readonly Float64Array[];
  /** Updates that all the runs together made. */
  updates: number;
}

/** Lets TypeScript derive a method's options from their schema. */
export function planMethod<Options extends z.ZodObject>(method: PlanMethod<Options>): PlanMethod<Options> {
  return method;
}

/** The plan's name, which every method has. */
export const nameOption = {
  name: z
    .string()
    .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, "lower-case letters and digits, joined by single hyphens or dots")
    .describe("the plan's name; the runs trained by it have it too"),
};

/** Options of every method that trains adapters. */
export const adapterOptions = {
  ...nameOption,
  kind: z
    .enum(adapterKinds.filter(({ adapt }) => adapt !== undefined).map(({ name }) => name))
    .default("lora")
    .describe("the kind of adapter"),
  settings: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("further settings of the kind, such as dropout or bias"),
  scale: z.number().positive().default(2).describe("alpha / rank: what LoRA's update is multiplied by"),
  modules: z
    .array(z.string())
    .min(1)
    .refine((modules) => new Set(modules).size === modules.length, "a linear is named twice")
    .optional()
    .describe("the linears of each layer that get an adapter, such as query_key_value; default all"),
};

type AdapterOptions = z.infer<z.ZodObject<typeof adapterOptions>>;

/** An adapter's rank. */
export const rankOption = z.int().positive().max(65_536);

/** A method's decision for a layer. */
export interface LayerRank {
  layer: number;
  rank: number;
  critical: boolean;
  /** The layer's sum, if the plan ranks layers by it. */
  edgeChange: number | null;
  reason: string;
}

/** A row for each linear of each layer. @param run the draw, from 1, and the seed that the rows are for; @default no draw and every seed */
export function adapterRows(
  context: PlanContext,
  { name, kind, settings, scale, modules = [...context.modules] }: AdapterOptions,
  layers: readonly LayerRank[],
  { draw, seed }: Pick<PlanRow, "draw" | "seed"> = { draw: 0, seed: null },
): PlanRow[] {
  return layers.flatMap(({ layer, rank, critical, edgeChange, reason }) =>
    modules.map((module) => ({
      plan: name,
      draw,
      seed,
      kind,
      settings: settingsText(settings),
      layer,
      module,
      rank,
      alpha: scale * rank,
      critical,
      edgeChange,
      reason,
    })),
  );
}
