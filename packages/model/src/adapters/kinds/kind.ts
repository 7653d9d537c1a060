/** The interface of an adapter kind: what it trains, what it computes, and how it merges. */
import { nearest, UserError } from "@ft/artifacts";
import type { Ops, Tensor } from "@ft/backend";
import type { z } from "zod";
import type { LinearAdapter } from "../../decoder/parts/linear.ts";
import type { Gradients } from "../../decoder/parts/part.ts";
import type { Weights } from "../../weights/host-tensor.ts";

/** An adapter on one linear. */
export interface AdapterModule<Settings = unknown> {
  /** The linear without ".weight", such as "gpt_neox.layers.0.attention.dense". */
  name: string;
  rank: number;
  alpha: number;
  /** The kind's further settings, the same for every module of an adapter. */
  settings: Settings;
}

/** What a training run trains: a kind and its modules. */
export interface Adapter {
  /** The name of a registered {@link AdapterKind}. */
  kind: string;
  modules: readonly AdapterModule[];
}

/** One way to fine-tune. */
export interface AdapterKind<Settings = unknown> {
  name: string;
  /** A description of what it trains, for people. */
  description: string;
  /** Checks what a plan gives for a module, and fills in defaults: its rank, its alpha and the kind's own settings. */
  module: z.ZodType<Omit<AdapterModule<Settings>, "name">>;
  /** What is wrong with modules that are each valid, such as ranks that must be equal. */
  problem?(modules: readonly AdapterModule<Settings>[]): string | undefined;

  /**
   * The tensors that are trained, with their initial values, by the names in PEFT's files without "base_model.model.", or by
   * the names of the base's tensors. Data are computed on access. A module's depend only on its name and the seed.
   *
   * @throws UserError if a module names no linear of the base
   */
  tensors(base: Weights, modules: readonly AdapterModule<Settings>[], seed: number): Weights;

  /**
   * What a module's linear computes; absent if the kind only trains tensors of the base.
   *
   * @param tensor the current values of the tensors that {@link tensors} lists
   * @param mask draws a dropout mask; absent except in training with a positive rate, see {@link dropout}
   */
  adapt?(
    module: AdapterModule<Settings>,
    tensor: (name: string) => Tensor,
    mask?: DropoutMask,
  ): LinearAdapter;
  /** The probability that training drops an element of what a module's adapter reads. @default 0 */
  dropout?(module: AdapterModule<Settings>): number;
  /** A term of the loss besides the cross entropy, in nats, a scalar, and its gradients. */
  penalty?(
    ops: Ops,
    modules: readonly AdapterModule<Settings>[],
    tensor: (name: string) => Tensor,
  ): { loss: Tensor; gradients: Gradients };
  /**
   * What changes the trained tensors after updates, besides the optimizer.
   *
   * @param updates in the whole run
   * @param saved the state to resume from. @default the start of a run
   * @throws UserError if the modules' settings do not fit so many updates
   */
  schedule?(modules: readonly AdapterModule<Settings>[], updates: number, saved?: Weights): AdapterSchedule;

  /** The base's tensors that a trained module changes, with its update merged in; computed on access. */
  merge?(ops: Ops, module: AdapterModule<Settings>, base: Weights, trained: Weights): Weights;
  /** The Frobenius norm of what merging adds to a module's weight, computed on the host; absent if that takes a backend. */
  changeNorm?(module: AdapterModule<Settings>, base: Weights, trained: Weights): number;
  /** The adapter in PEFT's files: what computes the same there. Absent if PEFT has no such kind. */
  peft?(modules: readonly AdapterModule<Settings>[], trained: Weights): PeftAdapter;
  /** How PEFT's files are read; absent if PEFT has no such kind. */
  fromPeft?: PeftReader;
}

/** The reverse of {@link AdapterKind.peft}. */
export interface PeftReader {
  /** Whether `adapter_config.json` describes an adapter of this kind. */
  accepts(config: PeftConfig): boolean;
  /** The ends of the names of a module's tensors, the first of which every adapted module has. */
  parts: readonly string[];
  /** Rank, alpha and the trained tensors of a module, from its own tensors by full name. */
  module(
    name: string,
    tensors: Weights,
    config: PeftConfig,
  ): { rank: number; alpha: number; trained: Weights };
  /** The kind's settings. @param modules full names, and as adapter plans name them */
  settings(config: PeftConfig, modules: readonly { name: string; module: string }[]): Record<string, unknown>;
}

/** `adapter_config.json`, as far as several kinds read it; others are in it too. */
export interface PeftConfig {
  peft_type: string;
  lora_alpha: number;
  alpha_pattern: Record<string, number>;
  bias: string;
  lora_dropout: number;
  [key: string]: unknown;
}

/** A dropout mask of the shape of x: 0, or 1 / (1 - rate) where an element is kept. */
export type DropoutMask = (ops: Ops, x: Tensor) => Tensor;

/** See {@link AdapterKind.schedule}. */
export interface AdapterSchedule {
  /**
   * Called after every update.
   *
   * @param step number of the update, from 1
   * @param read a trained tensor after the update, and the gradient (accumulated and clipped) that it was made with
   * @returns new values, by tensor
   */
  afterUpdate(step: number, read: (name: string) => UpdatedTensor): Map<string, Float32Array>;
  /** What a resumed run needs. */
  state(): Weights;
}

export interface UpdatedTensor {
  value: Float32Array;
  gradient: Float32Array;
}

/** An adapter as PEFT reads it. */
export interface PeftAdapter {
  /** Of `adapter_config.json`. */
  config: Record<string, unknown>;
  /** Of `adapter_model.safetensors`, without the prefix "base_model.model." of their names. */
  tensors: Weights;
}

/** The shape [out, in] of a linear's weight. @throws UserError if the model has no such linear */
export function linearShape(weights: Weights, linear: string): [number, number] {
  const weight = weights.get(`${linear}.weight`);
  if (weight?.shape.length === 2) return weight.shape as [number, number];
  const linears = [...weights]
    .filter(([, { shape }]) => shape.length === 2)
    .map(([name]) => name.replace(/\.weight$/, ""));
  const suggestion = nearest(linear, linears);
  throw new UserError("the adapter plan names a module that the model does not have", {
    value: linear,
    remedy: suggestion ? `the nearest is "${suggestion}"` : `the model's linears are ${linears.join(", ")}`,
  });
}
