/** The interface of an adapter kind: what it trains, what it computes, and how it merges. */
import { nearest, UserError } from "@ft/artifacts";
import type { Ops, Tensor } from "@ft/backend";
import type { z } from "zod";
import type { LinearAdapter } from "../../decoder/parts/linear.ts";
import type { Weights } from "../../weights/host-tensor.ts";

/** An adapter on one linear. */
export interface AdapterModule<Settings = unknown> {
  /** The linear without ".weight", such as "gpt_neox.layers.0.attention.dense". */
  name: string;
  rank: number;
  alpha: number;
  /** The kind's further settings. */
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
  /** Checks what a plan gives for a module: its rank, its alpha and the kind's own settings. */
  module: z.ZodType<Omit<AdapterModule<Settings>, "name">>;
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
   */
  adapt?(module: AdapterModule<Settings>, tensor: (name: string) => Tensor): LinearAdapter;
  /** The base's tensors that a trained module changes, with its update merged in; computed on access. */
  merge?(ops: Ops, module: AdapterModule<Settings>, base: Weights, trained: Weights): Weights;
  /** The Frobenius norm of what merging adds to a module's weight, computed on the host; absent if that takes a backend. */
  changeNorm?(module: AdapterModule<Settings>, base: Weights, trained: Weights): number;
  /** `adapter_config.json` as PEFT reads it. */
  peftConfig?(modules: readonly AdapterModule<Settings>[]): Record<string, unknown>;
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
