import { expect, test } from "vitest";
import { kinds, parse, samples } from "../testing/samples.ts";

const grammars = {
  simple: /The (\w+)/,
  "within-relative-clause": /The \w+ that the (\w+)/,
  "across-relative-clause": /The (\w+) that the \w+ \w+/,
  "across-prepositional-phrase": /The (\w+) (?:near|behind|beside|across from|in front of|next to) the \w+/,
};
type Structure = keyof typeof grammars;
const structures = Object.keys(grammars) as Structure[];

const plurals = new Set(["are", "were", "have", "do"]);
const singulars = new Set(["is", "was", "has", "does"]);

/** By English spelling: a regular noun is plural with an s, a regular verb singular. */
const nounIsPlural = (noun: string) => noun.endsWith("s");
const verbIsPlural = (verb: string) => plurals.has(verb) || !(singulars.has(verb) || verb.endsWith("s"));

test.each(structures)("subject-verb-agreement %s agrees with its subject", (structure) => {
  for (const { kind, clean, corrupted, answer, corruptedAnswer } of samples(
    "subject-verb-agreement",
    { structure },
    1_000,
  )) {
    expect(kind).toBe(structure);
    const [subject, other] = [clean, corrupted].map((prompt) => parse(prompt, grammars[structure])[0]!);
    expect(verbIsPlural(answer)).toBe(nounIsPlural(subject!));
    expect(verbIsPlural(corruptedAnswer!)).toBe(nounIsPlural(other!));
    expect(nounIsPlural(other!)).toBe(!nounIsPlural(subject!));
  }
});

test("subject-verb-agreement changes the number of the subject alone", () => {
  for (const { kind, clean, corrupted } of samples("subject-verb-agreement")) {
    const [subject, other] = [clean, corrupted].map(
      (prompt) => parse(prompt, grammars[kind as Structure])[0]!,
    );
    expect([`${subject}s`, subject]).toContain(nounIsPlural(other!) ? other : `${other}s`);
    const [from, to] = [clean.split(" "), corrupted.split(" ")];
    expect(from.filter((word, i) => word !== to[i])).toEqual([subject]);
  }
});

test("subject-verb-agreement has verbs inside a clause that agree with the clause's own subject", () => {
  for (const { clean } of samples("subject-verb-agreement", { structure: "across-relative-clause" }, 1_000)) {
    const [noun, verb] = parse(clean, /The \w+ that the (\w+) (\w+)/);
    expect(verbIsPlural(verb!)).toBe(nounIsPlural(noun!));
  }
});

test("subject-verb-agreement draws all structures, unless one is asked for", () => {
  expect(Object.keys(kinds(samples("subject-verb-agreement"))).sort()).toEqual([...structures].sort());
});
