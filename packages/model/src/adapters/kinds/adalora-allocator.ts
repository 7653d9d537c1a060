/** AdaLoRA's schedule: the importance of singular triplets, and which of them a falling budget keeps. */
import { UserError } from "@ft/artifacts";
import type { Weights } from "../../weights/host-tensor.ts";
import type { AdapterSchedule, UpdatedTensor } from "./kind.ts";

/** A module's tensors by name: A [r, in], B [out, r], E [r, 1]. */
interface Triplets {
  a: string;
  b: string;
  e: string;
  rank: number;
}

interface AllocatorSettings {
  /** Triplets per module that are left at the end, on average. */
  targetRank: number;
  /** Updates before the first pruning. */
  tinit: number;
  /** Updates after the last pruning. */
  tfinal: number;
  /** Updates from one pruning to the next. */
  deltaT: number;
  beta1: number;
  beta2: number;
  /** Updates in the run. */
  total: number;
}

const IMPORTANCE = "importance";
const UNCERTAINTY = "uncertainty";
const PATTERN = "pattern";

/**
 * PEFT's `RankAllocator` and `update_and_allocate`, called after the optimizer's step. With I = |parameter * gradient| of
 * every element,
 *
 *   S = beta1 S + (1 - beta1) I,   U = beta2 U + (1 - beta2) |I - S|   (S already updated; both start at 0),
 *
 * a triplet's score is the S U of its singular value plus the mean of S U over its row of A and over its column of B. The
 * budget falls from all triplets to the target as the cube of the time left until update total - tfinal. Every deltaT
 * updates the singular values of the lowest scores are set to 0, and may grow again; the last pruning is final.
 */
export class RankAllocator implements AdapterSchedule {
  readonly #modules: readonly Triplets[];
  readonly #settings: AllocatorSettings;
  /** Triplets at the start. */
  readonly #triplets: number;
  /** The last update that prunes. */
  readonly #final: number;
  /** Importance and uncertainty by tensor until the final pruning, then its pattern, 1 where a triplet is kept. */
  readonly #state: Weights;

  /** @throws UserError if pruning would end before it begins */
  constructor(modules: readonly Triplets[], settings: AllocatorSettings, saved: Weights = new Map()) {
    const { tinit, tfinal, total } = settings;
    this.#modules = modules;
    this.#settings = settings;
    this.#triplets = modules.reduce((sum, { rank }) => sum + rank, 0);
    this.#final = total - tfinal;
    this.#state = new Map(saved);
    if (tinit >= this.#final || this.#final < 2)
      throw new UserError("AdaLoRA's pruning would end before it begins", {
        value: { tinit, tfinal, updates: total },
        remedy:
          "tinit + tfinal must be less than the updates of the run: lower them in the plan's settings, or train for more epochs",
      });
  }

  afterUpdate(step: number, read: (name: string) => UpdatedTensor): Map<string, Float32Array> {
    if (step < this.#final) this.#measure(read);
    if (step <= this.#final) {
      const pruned = this.#keptTriplets(step);
      if (!pruned) return new Map();
      if (step === this.#final) this.#finish(pruned);
      return this.#masked(pruned, read);
    }
    const kept = this.#modules.map(({ e }) => this.#state.get(`${e} ${PATTERN}`)!.data);
    return this.#masked(
      kept.map((pattern) => Array.from(pattern, (value) => value === 1)),
      read,
    );
  }

  state(): Weights {
    return this.#state;
  }

  /** How many triplets update `step` leaves; all unless it prunes. */
  budget(step: number): number {
    const { targetRank, tinit, deltaT } = this.#settings;
    if (step <= tinit || (step % deltaT !== 0 && step !== this.#final)) return this.#triplets;
    const target = targetRank * this.#modules.length;
    const left = 1 - (step - tinit) / (this.#final - tinit);
    return Math.trunc((this.#triplets - target) * left ** 3 + target);
  }

  /** Updates both averages of every tensor. */
  #measure(read: (name: string) => UpdatedTensor): void {
    const { beta1, beta2 } = this.#settings;
    for (const name of this.#modules.flatMap(({ a, b, e }) => [a, b, e])) {
      const { value, gradient } = read(name);
      const importance = this.#average(name, IMPORTANCE, value.length);
      const uncertainty = this.#average(name, UNCERTAINTY, value.length);
      for (let i = 0; i < value.length; i++) {
        const now = Math.abs(value[i]! * gradient[i]!);
        importance[i] = beta1 * importance[i]! + (1 - beta1) * now;
        uncertainty[i] = beta2 * uncertainty[i]! + (1 - beta2) * Math.abs(now - importance[i]!);
      }
    }
  }

  #average(tensor: string, kind: string, length: number): Float32Array {
    const key = `${tensor} ${kind}`;
    if (!this.#state.has(key)) this.#state.set(key, { shape: [length], data: new Float32Array(length) });
    return this.#state.get(key)!.data;
  }

  /** Which triplets of each module are kept; undefined if the update does not prune. Ties at the threshold all go. */
  #keptTriplets(step: number): boolean[][] | undefined {
    const excess = this.#triplets - this.budget(step);
    if (excess === 0) return undefined;
    const scores = this.#modules.map((module) => this.#tripletScores(module));
    const threshold = scores.flat().sort((x, y) => x - y)[excess - 1]!;
    return scores.map((own) => own.map((score) => score > threshold));
  }

  #tripletScores({ a, b, e, rank }: Triplets): number[] {
    const scoreOf = (name: string) => {
      const [importance, uncertainty] = [IMPORTANCE, UNCERTAINTY].map(
        (kind) => this.#state.get(`${name} ${kind}`)!.data,
      );
      return importance!.map((value, i) => value * uncertainty![i]!);
    };
    const [ofA, ofB, ofE] = [scoreOf(a), scoreOf(b), scoreOf(e)];
    const [inputs, outputs] = [ofA.length / rank, ofB.length / rank];
    return Array.from({ length: rank }, (_, i) => {
      let [row, column] = [0, 0];
      for (let j = 0; j < inputs; j++) row += ofA[i * inputs + j]!;
      for (let j = 0; j < outputs; j++) column += ofB[j * rank + i]!;
      return ofE[i]! + row / inputs + column / outputs;
    });
  }

  /** Keeps the pattern in place of the averages, which are no longer needed. */
  #finish(kept: readonly boolean[][]): void {
    this.#state.clear();
    this.#modules.forEach(({ e, rank }, module) => {
      const data = Float32Array.from(kept[module]!, Number);
      this.#state.set(`${e} ${PATTERN}`, { shape: [rank], data });
    });
  }

  /** Singular values with those of pruned triplets 0. */
  #masked(kept: readonly boolean[][], read: (name: string) => UpdatedTensor): Map<string, Float32Array> {
    return new Map(
      this.#modules.map(({ e }, module) => [
        e,
        read(e).value.map((value, i) => (kept[module]![i] ? value : 0)),
      ]),
    );
  }
}
