/** Counts problems of rows by reason, with the first places where they occur. */

import { formatInteger, type LeftOut } from "@ft/artifacts";

/** Places shown per reason, if there is room for them. */
const PLACES = 3;
/** Lines of a rendering without its title: with title and remedy, a message has at most 20. */
const LINES = 17;

interface Count {
  count: number;
  first: string[];
}

/** Counts by reason, each with the first places where it was found. */
export class Tally {
  readonly #reasons = new Map<string, Count>();

  /**
   * Counts one row.
   *
   * @param place the file and line, or the prompt that was drawn
   * @param detail what exactly was found there; called only if it may be shown
   */
  add(reason: string, place: string, detail?: () => string): void {
    const { count, first } = this.#reasons.get(reason) ?? { count: 0, first: [] };
    if (first.length < PLACES) first.push(detail ? `${place}: ${detail()}` : place);
    this.#reasons.set(reason, { count: count + 1, first });
  }

  /** Rows counted. */
  get total(): number {
    return this.#sorted().reduce((sum, [, { count }]) => sum + count, 0);
  }

  /** Rows by reason, the most common first, as a dataset's manifest records them. */
  get leftOut(): LeftOut[] {
    return this.#sorted().map(([reason, { count, first }]) => ({ reason, rows: count, first: [...first] }));
  }

  /** All in one line, the most common reason first, with the first place of it. */
  summary(): string {
    return this.#sorted()
      .map(([reason, { count, first }], i) =>
        i === 0
          ? `${reason} (${formatInteger(count)}, first ${first[0]})`
          : `${reason} (${formatInteger(count)})`,
      )
      .join("; ");
  }

  /** Below a title, at most 17 lines: each reason with its count and, as far as there is room, its first places. */
  list(title: string): string {
    const sorted = this.#sorted();
    const shown = sorted.slice(0, Math.floor(LINES / 2));
    const linesWith = (places: number) =>
      shown.flatMap(([reason, { count, first }]) => [
        `  - ${reason}: ${formatInteger(count)}`,
        ...first.slice(0, places).map((place) => `      ${place}`),
      ]);
    let places = PLACES;
    while (places > 1 && linesWith(places).length > LINES) places--;
    const more = sorted.length - shown.length;
    return [title, ...linesWith(places), ...(more > 0 ? [`  and ${more} more reasons`] : [])].join("\n");
  }

  #sorted(): [string, Count][] {
    return [...this.#reasons].sort(([, a], [, b]) => b.count - a.count);
  }
}
