/** Ownership of tensors, shared by all backends: nested scopes that free what was made in them. */

import type { Tensor } from "./ops.ts";

/** A tensor with what a backend needs to find its contents. */
export class OwnedTensor<Handle> implements Tensor {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  /** Undefined once freed. */
  handle: Handle | undefined;
  /** The scope that will free it; undefined if none will. */
  owner: OwnedTensor<Handle>[] | undefined;

  constructor(
    handle: Handle,
    shape: readonly number[],
    dtype: "float32" | "int32",
    owner: OwnedTensor<Handle>[] | undefined,
  ) {
    this.handle = handle;
    this.shape = shape;
    this.dtype = dtype;
    this.owner = owner;
  }
}

/** The live tensors of one backend and the scopes they belong to. */
export class Memory<Handle> {
  /** How many tensors are alive. */
  live = 0;
  #scope: OwnedTensor<Handle>[] | undefined;
  /** The owner of lent tensors; stays empty. */
  readonly #lent: OwnedTensor<Handle>[] = [];
  readonly #free: (handle: Handle) => void;

  /** @param free releases a handle's memory */
  constructor(free: (handle: Handle) => void) {
    this.#free = free;
  }

  /** Makes a tensor that the innermost scope owns. */
  own(handle: Handle, shape: readonly number[], dtype: "float32" | "int32"): Tensor {
    const t = new OwnedTensor(handle, shape, dtype, this.#scope);
    this.#scope?.push(t);
    this.live++;
    return t;
  }

  /**
   * A tensor's handle on the backend.
   * @throws if the tensor was freed or belongs to another backend
   */
  handle(t: Tensor): Handle {
    if (!(t instanceof OwnedTensor)) throw new Error("this tensor belongs to another backend");
    if (t.handle === undefined) throw new Error(`this tensor [${t.shape}] was freed`);
    return t.handle;
  }

  /** Makes a tensor that no scope frees, that cannot be disposed of and is not counted: a parameter's value. */
  lend(handle: Handle, shape: readonly number[]): OwnedTensor<Handle> {
    return new OwnedTensor(handle, shape, "float32", this.#lent);
  }

  /** Whether a tensor is lent and not yet freed. */
  isLent(t: Tensor): boolean {
    return t instanceof OwnedTensor && t.owner === this.#lent;
  }

  /** Frees a lent tensor. */
  takeBack(t: OwnedTensor<Handle>): void {
    this.#free(this.handle(t));
    t.handle = undefined;
  }

  /** See {@link Ops.dispose}. */
  dispose(tensors: readonly Tensor[]): void {
    for (const t of tensors) {
      this.handle(t);
      const owned = t as OwnedTensor<Handle>;
      if (owned.owner === this.#lent) throw new Error("a parameter's value is freed with its parameter");
      this.#release(owned);
    }
  }

  /** See {@link Ops.keep}. */
  keep<T>(tensors: T): T {
    forEachTensor<Handle>(tensors, (t) => {
      if (t.owner !== this.#lent) t.owner = undefined;
    });
    return tensors;
  }

  /** See {@link Ops.scope}. A body that throws leaves nothing behind. */
  scope<T>(body: () => T): T {
    const outer = this.#scope;
    const inner: OwnedTensor<Handle>[] = [];
    this.#scope = inner;
    try {
      const result = body();
      if (result instanceof Promise) throw new Error("a scope cannot wait: its body returned a promise");
      forEachTensor<Handle>(result, (t) => {
        if (t.owner !== inner) return;
        t.owner = outer;
        outer?.push(t);
      });
      return result;
    } finally {
      this.#scope = outer;
      for (const t of inner) if (t.owner === inner) this.#release(t);
    }
  }

  #release(t: OwnedTensor<Handle>): void {
    const handle = t.handle!;
    t.handle = undefined;
    t.owner = undefined;
    this.live--;
    this.#free(handle);
  }
}

/** Visits the tensors in a value made of tensors, arrays, maps and plain objects; other values are ignored. */
function forEachTensor<Handle>(value: unknown, visit: (t: OwnedTensor<Handle>) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof OwnedTensor) visit(value);
  else if (Array.isArray(value) || value instanceof Map)
    for (const item of value.values()) forEachTensor(item, visit);
  else if (isPlain(value)) for (const item of Object.values(value)) forEachTensor(item, visit);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
