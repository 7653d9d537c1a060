import { expect, test } from "vitest";
import { parse, samples } from "../testing/samples.ts";

const GRAMMAR =
  /def (\w+)\(self, ([\w, ]+)\):\n {4}"""([\w ]+)\n\n {4}:param (\w+): ([\w ]+)\n {4}:param (\w+): ([\w ]+)\n {4}:param/;

function read(prompt: string) {
  const [name, defined, purpose, first, describesFirst, second, describesSecond] = parse(prompt, GRAMMAR);
  const rest = [name, purpose, describesFirst, describesSecond];
  return { defined: defined!.split(", "), documented: [first!, second!], rest };
}

const pairsOf = (corruption: string) =>
  samples("docstring", { corruption }, 1_000).map((pair) => ({
    ...pair,
    from: read(pair.clean),
    to: read(pair.corrupted),
  }));

test.each(["random", "renamed"])("docstring %s asks for the argument after those described", (corruption) => {
  for (const { from, answer } of pairsOf(corruption)) {
    const { defined, documented } = from;
    expect(new Set(defined).size).toBe(6);
    const place = defined.indexOf(documented[0]!);
    expect(defined[place + 1]).toBe(documented[1]);
    expect(answer).toBe(defined[place + 2]);
    expect(place).toBeGreaterThan(0);
    expect(place + 3).toBeLessThan(defined.length);
  }
});

test("docstring replaces all arguments by words that are nowhere else, so that none is right", () => {
  for (const { from, to, answer, corruptedAnswer } of pairsOf("random")) {
    expect(to.rest).toEqual(from.rest);
    const fresh = [...to.defined, ...to.documented];
    expect(new Set(fresh).size).toBe(8);
    expect(fresh.filter((word) => from.defined.includes(word))).toEqual([]);
    expect(corruptedAnswer).not.toBe(answer);
    expect(from.defined).toContain(corruptedAnswer);
  }
});

test("docstring renames the answer in the definition alone, which makes the new name the answer", () => {
  for (const { from, to, answer, corruptedAnswer } of pairsOf("renamed")) {
    expect(to).toEqual({
      ...from,
      defined: from.defined.map((name) => (name === answer ? corruptedAnswer : name)),
    });
    expect(from.defined).not.toContain(corruptedAnswer);
  }
});
