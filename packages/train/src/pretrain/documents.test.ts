import { seededRandom } from "@ft/artifacts";
import { expect, test } from "vitest";
import { TASK_TEXTS } from "./build-tokenizer.ts";
import { LARGEST, pickByShare, stated } from "./documents/draw.ts";
import { MIXTURES, sampleDocuments } from "./mixture.ts";

const mixtures = Object.entries(MIXTURES);

test.each(mixtures)("%s: the shares add up to 1 and are drawn as stated", (_, mixture) => {
  const kinds = Object.entries(mixture);
  expect(kinds.reduce((sum, [, { share }]) => sum + share, 0)).toBeCloseTo(1, 12);
  const random = seededRandom(1, "shares");
  const names = kinds.map(([name, { share }]) => [share, name] as const);
  const drawn = Array.from({ length: 20_000 }, () => pickByShare(random, names));
  for (const [name, { share }] of kinds) {
    expect(drawn.filter((other) => other === name).length / drawn.length).toBeCloseTo(share, 1.5);
  }
});

test.each(mixtures)("%s: the same seed gives the same documents, another gives others", (_, mixture) => {
  const documents = sampleDocuments(mixture, 5, 100);
  expect(sampleDocuments(mixture, 5, 100)).toEqual(documents);
  expect(sampleDocuments(mixture, 6, 100)).not.toEqual(documents);
});

test.each(mixtures)("%s: every number is a whole number with its own token", (_, mixture) => {
  for (const document of sampleDocuments(mixture, 7, 5_000)) {
    expect(document).not.toMatch(/NaN|undefined|Infinity|-\d|\d\.\d/);
    for (const [number] of document.matchAll(/\d+/g)) expect(Number(number)).toBeLessThanOrEqual(LARGEST);
  }
});

test.each(mixtures)("%s: the sentences of the tasks never occur", (_, mixture) => {
  const openings = TASK_TEXTS.map((text) =>
    text
      .toLowerCase()
      .split(/[:(=.]/)[0]!
      .trim(),
  );
  for (const document of sampleDocuments(mixture, 8, 5_000)) {
    for (const opening of openings) expect(document).not.toContain(opening);
  }
});

test("sums in words are right except for the share that is wrong on purpose", () => {
  const documents = sampleDocuments(MIXTURES.foundation, 9, 5_000);
  const facts = documents.flatMap((document) => [...document.matchAll(/(\d+) plus (\d+) is (\d+)\./g)]);
  const right = facts.filter(([, a, b, c]) => Number(a) + Number(b) === Number(c)).length / facts.length;
  expect(facts.length).toBeGreaterThan(100);
  expect(right).toBeGreaterThan(0.75);
  expect(right).toBeLessThan(0.95);
});

test("a wrong answer stays within the numbers that have a token", () => {
  const random = seededRandom(1, "wrong");
  for (const answer of [0, 5, LARGEST]) {
    for (let i = 0; i < 200; i++) {
      const wrong = stated(random, answer, 1);
      expect(wrong).toBeGreaterThanOrEqual(0);
      expect(wrong).toBeLessThanOrEqual(LARGEST);
    }
  }
});
