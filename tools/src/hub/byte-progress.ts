import type { Progress } from "@ft/artifacts";

const MEGABYTE = 1e6;

/** Counts bytes as whole megabytes. */
export class ByteProgress {
  readonly #progress: Progress;
  readonly #total: number;
  #bytes = 0;
  #shown = 0;

  /** @param total in bytes */
  constructor(progress: Progress, total: number, label: string) {
    this.#progress = progress;
    this.#total = Math.ceil(total / MEGABYTE);
    progress.start(this.#total, label, "MB");
  }

  /** @param bytes negative for those that have to be counted again, which is shown once more have come */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#show(Math.floor(this.#bytes / MEGABYTE));
  }

  /** Ends the count; all has arrived. */
  finish(): void {
    this.#show(this.#total);
    this.#progress.stop();
  }

  #show(megabytes: number): void {
    const more = Math.min(megabytes, this.#total) - this.#shown;
    if (more <= 0) return;
    this.#progress.advance(more);
    this.#shown += more;
  }
}
