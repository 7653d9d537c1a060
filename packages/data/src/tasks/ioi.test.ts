import { expect, test } from "vitest";
import { kinds, parse, samples } from "../testing/samples.ts";

const MENTIONS = /\b[A-Z][a-z]+ and [A-Z][a-z]+\b|\b[A-Z][a-z]+(?= (?:gave|said|decided|wanted))/g;

/** The two names of a prompt in their order, and who gives. */
function read(prompt: string) {
  const [both, giver, ...more] = prompt.match(MENTIONS)!;
  expect(more).toEqual([]);
  const [first, second] = parse(both!, /([A-Z][a-z]+) and ([A-Z][a-z]+)/);
  return { first: first!, second: second!, giver: giver! };
}

test.each(["flip", "third-name"])("ioi %s asks for the one of two names who does not give", (corruption) => {
  for (const { kind, clean, answer, corruptedAnswer } of samples("ioi", { corruption }, 1_000)) {
    const { first, second, giver } = read(clean);
    expect([first, second]).toContain(giver);
    expect(answer).toBe(giver === first ? second : first);
    expect(corruptedAnswer).toBe(giver);
    expect(kind).toBe(giver === second ? "ABBA" : "BABA");
    expect(clean).toMatch(/ to$/);
  }
});

test("ioi replaces who gives: by the indirect object, or by a third name", () => {
  const replaced = (corruption: string) =>
    samples("ioi", { corruption }, 1_000).map(({ clean, corrupted, answer }) => {
      const [from, to] = [read(clean), read(corrupted)];
      expect(corrupted).toBe(
        clean.replace(new RegExp(`${from.giver}(?= (?:gave|said|decided|wanted))`), to.giver),
      );
      return { ...from, to: to.giver, answer };
    });
  for (const { to, answer } of replaced("flip")) expect(to).toBe(answer);
  for (const { to, first, second } of replaced("third-name")) expect([first, second]).not.toContain(to);
});

test("ioi has 15 templates in both orders of names, with nothing left to fill in", () => {
  const pairs = samples("ioi");
  expect(Math.abs(kinds(pairs).ABBA! / pairs.length - 1 / 2)).toBeLessThan(0.05);
  const templates = pairs.map(({ clean }) => clean.replace(MENTIONS, "N").replace(/\b(the|a) \w+/gi, ""));
  expect(new Set(templates).size).toBe(15);
  expect(pairs.filter(({ clean }) => /PLACE|OBJECT|\b[ABS]\b/.test(clean))).toEqual([]);
});
