import { basename } from "node:path";
import { seededRandom } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateJson } from "./mutate-json.ts";
import { targets } from "./targets/index.ts";
import { watchInputs } from "./watch.ts";

/** Damaged files per reader; `npm run fuzz` takes 20,000. */
const INPUTS = 100;

test("every reader accepts a damaged file or answers with a UserError, in time", async () => {
  const failures: string[] = [];
  let inputs = 0;
  const names = targets.map(({ name }) => name);
  await watchInputs(names, [0, INPUTS * names.length], {
    failed: ({ target, number, reason }) =>
      failures.push(`${target}: ${reason}; npm run fuzz -- ${target} --only ${number}`),
    advance: () => inputs++,
  });
  expect(failures).toEqual([]);
  expect(inputs).toBe(INPUTS * names.length);
});

/** Behaves as worker.ts: reads input 0, hangs on 1 each time, is killed on 2, says that 3 failed, and reads 4. */
const MISBEHAVING = `
  const [, name, from, to, folder] = process.argv;
  const say = (value) => require("node:fs").writeSync(1, JSON.stringify(value) + "\\n");
  for (let i = Number(from); i < Number(to); i++) {
    say([i, folder + "/input"]);
    if (i === 1) for (;;);
    if (i === 2) process.kill(process.pid, "SIGKILL");
    if (i === 3) say({ target: "one", number: i, reason: name });
  }`;

test("the watch kills a reader that hangs, notices one that dies, and resumes with the next input", async () => {
  const failures: [number, string, string][] = [];
  let inputs = 0;
  await watchInputs(
    ["one"],
    [0, 5],
    {
      failed: ({ number, reason }, input) => failures.push([number, reason, basename(input)]),
      advance: () => inputs++,
    },
    ["--eval", MISBEHAVING],
    [1_000, 2_000],
  );
  expect(inputs).toBe(5);
  expect(failures).toEqual([
    [1, "the process: no answer within 2 s", "input"],
    [2, "the process: ended by SIGKILL", "input"],
    [3, "one", "3"],
  ]);
});

describe("damage", () => {
  const json = '{"a":[1,{"b":"text"}],"c":null}';
  const draw = <T>(mutate: (seed: number) => T) => Array.from({ length: 300 }, (_, seed) => mutate(seed));

  test("is the same for the same seed", () => {
    const [first, second] = [1, 1].map((seed) => mutateJson(json, seededRandom(seed, "json")));
    expect(first).toBe(second);
    const bytes = () => mutateBytes(Buffer.from(json), seededRandom(1, "bytes"));
    expect(bytes()).toEqual(bytes());
  });

  test("of JSON leaves most texts well formed, and includes duplicate keys, prototypes and deep nesting", () => {
    const texts = draw((seed) => mutateJson(json, seededRandom(seed, "json")));
    const parsed = texts.filter((text) => {
      try {
        return JSON.parse(text) !== undefined;
      } catch {
        return false;
      }
    });
    expect(parsed.length).toBeGreaterThan(200);
    expect(texts.some((text) => /"a":.*,"a":/.test(text))).toBe(true);
    expect(texts.some((text) => text.includes('"__proto__":'))).toBe(true);
    expect(texts.some((text) => text.includes("[".repeat(3_000)))).toBe(true);
  });

  test("of bytes shortens, lengthens and changes in place", () => {
    const lengths = draw((seed) => mutateBytes(Buffer.from(json), seededRandom(seed, "bytes")).length);
    for (const compare of [-1, 0, 1])
      expect(lengths.some((length) => Math.sign(length - json.length) === compare)).toBe(true);
  });
});
