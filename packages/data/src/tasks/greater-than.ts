import { z } from "zod";
import { pick } from "../arithmetic.ts";
import { AMPLE, defineTask } from "../task.ts";

/** Nouns of lasting events and states: those of Hanna et al. (2023), from FrameNet. */
const nouns =
  "abduction accord affair agreement appraisal assaults assessment attack attempts campaign captivity case challenge chaos clash collaboration coma competition confrontation consequence conspiracy construction consultation contact contract convention cooperation custody deal decline decrease demonstrations development disagreement disorder dispute domination dynasty effect effort employment endeavor engagement epidemic evaluation exchange existence expansion expedition experiments fall fame flights friendship growth hardship hostility illness impact imprisonment improvement incarceration increase insurgency invasion investigation journey kingdom marriage modernization negotiation notoriety obstruction operation order outbreak outcome overhaul patrols pilgrimage plague plan practice process program progress project pursuit quest raids reforms reign relationship retaliation riot rise rivalry romance rule sanctions shift siege slump stature stint strikes study test testing tests therapy tour tradition treaty trial trip unemployment voyage warfare work".split(
    " ",
  );

/**
 * `The war lasted from the year 1752 to the year 17`, corrupted by a start in 01 (Hanna et al. 2023). The literature compares
 * the probability of all later years with that of all others; a pair has one answer and one wrong answer. The answer is
 * drawn from the later years, 53 to 99, the wrong one from those that are right only after the corrupted prompt, 02 to 52.
 * So the mean logit difference of many pairs estimates that between the two sets' mean logits; the sums over the sets, and the
 * years 00 and 01, are left out.
 *
 * Answers complete the prompt's last number, with nothing between. Years that the tokenizer does not split after the century
 * are rejected.
 */
export const greaterThan = defineTask({
  name: "greater-than",
  description: "A later year of the same century, in two digits; the start is replaced by its year 01",
  options: z.strictObject({}),
  defaults: () => AMPLE,
  corruptedAnswerIsToken: true,
  sample(random) {
    const century = random.int(11, 17);
    const start = random.int(2, 98);
    const noun = pick(random, nouns);
    const prompt = (year: number) =>
      `The ${noun} lasted from the year ${century}${twoDigits(year)} to the year ${century}`;
    return {
      kind: "greater-than",
      clean: prompt(start),
      corrupted: prompt(1),
      answer: twoDigits(random.int(start + 1, 99)),
      corruptedAnswer: twoDigits(random.int(2, start)),
      join: "none",
      terms: [noun],
      parts: [start, 1].map((year) => [String(century), twoDigits(year)] as const),
    };
  },
});

function twoDigits(year: number): string {
  return String(year).padStart(2, "0");
}
