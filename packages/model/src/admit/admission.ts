/** Checks pairs one by one, counts those that cannot be used, and reports them together. */
import { formatInteger, UserError } from "@ft/artifacts";
import type { EncodablePair, EncodedPair, PairEncoder } from "./pair-encoder.ts";
import { type ModelLimits, noLimits, reasons } from "./reasons.ts";
import { Tally } from "./tally.ts";

/** What to do with rows that cannot be used: report all of them as one error at the end, or leave them out. */
export const rowActions = ["error", "drop"] as const;
export type RowAction = (typeof rowActions)[number];

/** The choice, and how to change it. */
export interface Policy {
  choice: RowAction;
  /** Completes "or leave them out: ". */
  remedy: string;
}

/**
 * Ids of another tokenizer are an error whatever the choice: some of them are possible answers here too, so leaving out the
 * others would keep rows with the wrong answers.
 */
const FOREIGN: Policy = {
  choice: "error",
  remedy:
    "token ids hold for one tokenizer: use the model that the file was made for, or give the answers as text under answer and wrong",
};

export interface AdmissionOptions {
  /** Applies to pairs that an encoder rejects. @default they are left out */
  unusable?: Policy;
  /** @default noLimits */
  limits?: ModelLimits | undefined;
}

/** The findings about all pairs of a reader or task. */
export class Admission {
  readonly #unusable: Policy;
  readonly #limits: ModelLimits;
  readonly #refused = new Tally();
  readonly #dropped = new Tally();
  /** Corrupted answers that have no token, and prompts beyond the model's context. */
  readonly #lost = new Tally();
  readonly #beyond = new Tally();
  readonly #terms = new Set<string>();
  readonly #remedies = new Set<string>();
  #foreign = false;
  #judged = 0;

  constructor({ unusable = { choice: "drop", remedy: "" }, limits = noLimits }: AdmissionOptions = {}) {
    this.#unusable = unusable;
    this.#limits = limits;
  }

  /** Pairs checked so far. */
  get judged(): number {
    return this.#judged;
  }

  /** Pairs left out so far. */
  get dropped(): Tally {
    return this.#dropped;
  }

  /** The different words for which pairs were left out because they are not one token. */
  get terms(): ReadonlySet<string> {
    return this.#terms;
  }

  /**
   * The pair with its tokens; undefined if it cannot be used, in which case it is counted.
   *
   * @param place its origin: file and line, or what was drawn
   */
  judge(encoder: Pick<PairEncoder, "encode">, pair: EncodablePair, place: string): EncodedPair | undefined {
    this.#judged++;
    const encoded = encoder.encode(pair);
    if ("reason" in encoded) {
      const foreign = encoded.reason === reasons.foreignId;
      this.#foreign ||= foreign;
      if (encoded.term !== undefined) this.#terms.add(encoded.term);
      this.reject(foreign ? FOREIGN : this.#unusable, encoded.reason, place, encoded.detail);
      return undefined;
    }
    if (encoded.corruptedAnswer !== "" && encoded.corruptedAnswerToken === null) {
      this.#lost.add(reasons.corruptedAnswer, place, () => JSON.stringify(encoded.corruptedAnswer));
    }
    const { length } = encoded.cleanTokens;
    const { maxPositions } = this.#limits;
    if (length > maxPositions) {
      const reason = `a prompt is longer than the model's context of ${formatInteger(maxPositions)} tokens`;
      this.#beyond.add(reason, place, () => `${length} tokens`);
    }
    return encoded;
  }

  /** Counts a pair that passed the checks but that its reader cannot use for another reason. */
  reject({ choice, remedy }: Policy, reason: string, place: string, detail?: () => string): void {
    if (choice === "error") this.#remedies.add(remedy);
    (choice === "error" ? this.#refused : this.#dropped).add(reason, place, detail);
  }

  /**
   * Ends the admission of rows of files.
   *
   * @returns messages: what was left out, and {@link doubts}
   * @throws UserError that counts all unusable rows by reason, with the first places, if they are an error; or if no row
   * remains
   */
  finish(): string[] {
    const of = (tally: Tally) => `${formatInteger(tally.total)} of ${formatInteger(this.#judged)} rows`;
    if (this.#refused.total > 0) {
      const remedy = this.#foreign
        ? FOREIGN.remedy
        : `fix these rows, or leave them out: ${[...this.#remedies].join(" and ")}`;
      throw new UserError(this.#refused.list(`${of(this.#refused)} cannot be used`), { remedy });
    }
    if (this.#dropped.total === this.#judged) {
      throw new UserError(this.#dropped.list("no row can be used"), { remedy: "give at least one pair" });
    }
    const dropped = this.#dropped.total > 0 ? [this.#dropped.list(`left out ${of(this.#dropped)}`)] : [];
    return [...dropped, ...this.doubts()];
  }

  /** Messages about pairs that can be used: optional values that were lost, and prompts beyond the model's context. */
  doubts(): string[] {
    const lost = this.#lost.total > 0 ? [`kept without a token: ${this.#lost.summary()}`] : [];
    const beyond = this.#beyond.total > 0 ? [`kept anyway: ${this.#beyond.summary()}`] : [];
    return [...lost, ...beyond];
  }
}
