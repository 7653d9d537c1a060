/** Shows how far a long job is. One count at a time; starting the next ends the one before. */
export interface Progress {
  /**
   * Begins counting.
   * @param total how many units there are
   * @param label what is being done, such as "training lora-r8, seed 1"
   * @param unit what is counted. @default "it"
   */
  start(total: number, label: string, unit?: string): void;
  /** Counts `n` more units as done. @default 1 */
  advance(n?: number): void;
  /** Shows a message in addition to the count: a warning, a result. */
  note(text: string): void;
  /** Ends the count. */
  stop(): void;
}
