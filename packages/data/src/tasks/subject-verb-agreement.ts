import type { Random } from "@ft/artifacts";
import { z } from "zod";
import { pick } from "../arithmetic.ts";
import { AMPLE, defineTask } from "../task.ts";

/** A noun or verb: its form in the singular and in the plural. */
type Forms = readonly [string, string];

const nouns = (words: string): Forms[] => words.split(" ").map((word) => [word, `${word}s`]);

const people: readonly Forms[] = nouns(
  "actor artist author banker boy brother customer doctor driver farmer father friend girl guard guest king lawyer leader lord manager mother officer owner parent player prisoner queen senator sister soldier son student teacher worker writer",
);
const things: readonly Forms[] = nouns(
  "bed boat book bridge building car chair desk door farm flower garden house lake lamp machine mountain painting plant river road school shop table tower train tree truck wall window",
);
const relations = ["near", "behind", "beside", "across from", "in front of", "next to"];

/** Singular and plural of the auxiliaries, and of verbs that take an object. */
const auxiliaries: readonly Forms[] = [
  ["is", "are"],
  ["was", "were"],
  ["has", "have"],
  ["does", "do"],
];
const verbs: readonly Forms[] =
  "admire avoid follow hate help invite know like love meet need prefer see thank trust want"
    .split(" ")
    .map((verb) => [`${verb}s`, verb]);

const structures = [
  "simple",
  "within-relative-clause",
  "across-relative-clause",
  "across-prepositional-phrase",
] as const;

/**
 * `The lawyers`, `The lawyers that the king`, `The lawyers that the king likes` or `The lawyers near the car`, whose answer is
 * the verb that agrees with its subject; the wrong answer is the verb's other form. The subject's number is exchanged. The
 * structures are four of Finlayson et al. (2021), with prompts as short as those of Marks et al. (2024). Of the simple ones there
 * are few: each noun gives two.
 */
export const subjectVerbAgreement = defineTask({
  name: "subject-verb-agreement",
  description: "The verb that agrees with its subject; the subject is put into the other number",
  options: z.strictObject({
    structure: z
      .enum([...structures, "all"])
      .default("all")
      .describe("what is between the subject and its verb: nothing, a clause or a phrase; all of them"),
  }),
  defaults: ({ structure }) => (structure === "simple" ? { examples: 60, circuit: 0.4 } : AMPLE),
  corruptedAnswerIsToken: true,
  sample(random, { structure }) {
    const kind = structure === "all" ? pick(random, structures) : structure;
    const subject = pick(random, people);
    const number = random.int(0, 1) as 0 | 1;
    const { prompt, verb, terms } = frames[kind](random, subject);
    return {
      kind,
      clean: prompt(number),
      corrupted: prompt(other(number)),
      answer: verb[number],
      corruptedAnswer: verb[other(number)],
      terms: [...subject, ...terms, ...verb],
    };
  },
});

/** A prompt as a function of its subject's number, 0 for singular, with the verb that follows it. */
interface Frame {
  prompt(number: 0 | 1): string;
  verb: Forms;
  /** Other words of the prompt that must be one token each. */
  terms: string[];
}

const frames: Record<(typeof structures)[number], (random: Random, subject: Forms) => Frame> = {
  simple: (random, subject) => ({
    prompt: (number) => `The ${subject[number]}`,
    verb: pick(random, [...auxiliaries, ...verbs]),
    terms: [],
  }),
  "within-relative-clause": (random, subject) => {
    const head = pick(random, people)[random.int(0, 1)]!;
    return {
      prompt: (number) => `The ${head} that the ${subject[number]}`,
      verb: pick(random, verbs),
      terms: [head],
    };
  },
  "across-relative-clause": (random, subject) => {
    const inner = random.int(0, 1);
    const [noun, verb] = [pick(random, people)[inner]!, pick(random, verbs)[inner]!];
    return {
      prompt: (number) => `The ${subject[number]} that the ${noun} ${verb}`,
      verb: pick(random, auxiliaries),
      terms: [noun, verb],
    };
  },
  "across-prepositional-phrase": (random, subject) => {
    const noun = pick(random, things)[random.int(0, 1)]!;
    const relation = pick(random, relations);
    return {
      prompt: (number) => `The ${subject[number]} ${relation} the ${noun}`,
      verb: pick(random, auxiliaries),
      terms: [noun],
    };
  },
};

function other(number: 0 | 1): 0 | 1 {
  return number === 0 ? 1 : 0;
}
