/** Faults in line-based text: encodings, quotes, separators, lines. */
import type { Random } from "@ft/artifacts";

const PIECES = [
  '"',
  '""',
  ",",
  ";",
  "\t",
  "\r",
  "\n",
  "\r\n",
  "\u0000",
  "\uFEFF",
  "\uFFFD",
  " ",
  "é",
  "🙂",
  "{",
  "\\",
];

type Fault = (lines: string[], random: Random) => string[];

const insert: Fault = (lines, random) =>
  changeLine(lines, random, (line) => {
    const at = random.int(0, line.length);
    return line.slice(0, at) + random.sample(PIECES, 1)[0] + line.slice(at);
  });
const lengthen: Fault = (lines, random) =>
  changeLine(lines, random, (line) => line + line.slice(-random.int(1, 8)).repeat(random.int(1, 2_000)));
const shorten: Fault = (lines, random) =>
  changeLine(lines, random, (line) => line.slice(0, random.int(0, line.length)));
const empty: Fault = (lines, random) => changeLine(lines, random, () => random.sample(["", " ", ","], 1)[0]!);
const repeat: Fault = (lines, random) => {
  const line = random.sample(lines, 1)[0]!;
  return [...lines, ...Array.from({ length: random.int(1, 100) }, () => line)];
};
const shuffle: Fault = (lines, random) => random.shuffle(lines);

const faults: readonly Fault[] = [insert, insert, lengthen, shorten, empty, repeat, shuffle];

/** A faulty copy of a text; one in four is in another encoding than UTF-8. */
export function mutateText(text: string, random: Random): Buffer {
  let lines = text.split("\n");
  for (let n = random.int(1, 3); n > 0; n--) lines = random.sample(faults, 1)[0]!(lines, random);
  const faulty = lines.join(random.sample(["\n", "\n", "\r\n", "\r"], 1)[0]!);
  const encoding = random.sample(
    ["utf8", "utf8", "utf8", "utf8", "utf8", "utf8", "utf16le", "latin1"] as const,
    1,
  )[0]!;
  const mark = encoding !== "latin1" && random.int(0, 1) ? "\uFEFF" : "";
  return Buffer.from(mark + faulty, encoding);
}

function changeLine(lines: string[], random: Random, change: (line: string) => string): string[] {
  if (lines.length === 0) return [change("")];
  const at = random.int(0, lines.length - 1);
  return lines.map((line, i) => (i === at ? change(line) : line));
}
