/** Learning rates over training: linear warm-up, then a linear descent. */

export interface LinearSchedule {
  /** The highest rate, reached after warm-up. */
  peak: number;
  /** Updates with a rising rate. */
  warmUp: number;
  /** Updates until the rate has come down. Training may stop earlier. */
  length: number;
  /** Where the descent ends, as a fraction of the peak. @default 0 */
  floor?: number;
}

/**
 * The rate of update number `step`, from 1, as transformers' `get_linear_schedule_with_warmup` sets it: the first
 * update of a warm-up has rate 0, the one after it the peak.
 */
export function learningRateAt({ peak, warmUp, length, floor = 0 }: LinearSchedule, step: number): number {
  const done = step - 1;
  if (done < warmUp) return (peak * done) / warmUp;
  const left = Math.max(0, (length - done) / Math.max(1, length - warmUp));
  return peak * (floor + (1 - floor) * left);
}
