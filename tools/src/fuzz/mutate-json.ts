/** Faults in JSON that respect its structure. */
import type { Random } from "@ft/artifacts";

/**
 * The syntax tree of JSON: a leaf is its text; an object may have duplicate keys, and an array is an object without
 * written keys.
 */
type Node = { text: string } | Container;
interface Container {
  isArray: boolean;
  entries: [key: string, value: Node][];
}

/** The replacement of a value. */
const VALUES = [
  "null",
  "true",
  "false",
  "0",
  "-1",
  "1.5",
  "1e999",
  "-0",
  "9007199254740993",
  "99999999999999999999999999",
  "1e-400",
  "1000000",
  "2147483648",
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"../../../etc/passwd"',
  `"${"x".repeat(5_000)}"`,
  "[]",
  "{}",
  "[[]]",
  '{"":{}}',
  "NaN",
  "'text'",
  "01",
];
const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "a.b", "\u0000", "é", "then"];
const DEPTHS = [50, 300, 3_000, 100_000];

/** A place in a container, with all other places. */
interface Place {
  entries: Container["entries"];
  index: number;
}
type Fault = (place: Place, random: Random, all: readonly Place[]) => void;

const pick = <T>(random: Random, from: readonly T[]): T => random.sample(from, 1)[0]!;

const replace: Fault = ({ entries, index }, random) => {
  entries[index]![1] = { text: pick(random, VALUES) };
};
const copyAnother: Fault = ({ entries, index }, random, all) => {
  const other = pick(random, all);
  entries[index]![1] = structuredClone(other.entries[other.index]![1]); // it may be what the place is in
};
const nest: Fault = ({ entries, index }, random) => {
  const depth = pick(random, DEPTHS);
  const [open, close] = random.int(0, 1) ? ["[", "]"] : ['{"a":', "}"];
  entries[index]![1] = { text: open.repeat(depth) + render(entries[index]![1]) + close.repeat(depth) };
};
const remove: Fault = ({ entries, index }) => {
  entries.splice(index, 1);
};
const repeat: Fault = ({ entries, index }, random) => {
  const [key, value] = entries[index]!;
  entries.push([key, random.int(0, 1) ? structuredClone(value) : { text: pick(random, VALUES) }]);
};
const rename: Fault = ({ entries, index }, random) => {
  entries[index]![0] = pick(random, NAMES);
};
const add: Fault = ({ entries, index }, random) => {
  entries.push([pick(random, NAMES), structuredClone(entries[index]![1])]);
};

const faults: readonly Fault[] = [replace, replace, replace, copyAnother, nest, remove, repeat, rename, add];

/** A faulty copy of a JSON text: one to three values or keys replaced, repeated, removed, renamed or nested deeply. */
export function mutateJson(text: string, random: Random): string {
  const root: Container = { isArray: true, entries: [["", parse(JSON.parse(text))]] };
  for (let n = random.int(1, 3); n > 0; n--) {
    const places = listPlaces(root);
    if (places.length > 0) pick(random, faults)(pick(random, places), random, places);
  }
  return root.entries.map(([, value]) => render(value)).join(" ");
}

/** Every place of a container and of those in it. */
function listPlaces({ entries }: Container): Place[] {
  return entries.flatMap(([, value], index) => [
    { entries, index },
    ...("text" in value ? [] : listPlaces(value)),
  ]);
}

function parse(value: unknown): Node {
  if (typeof value !== "object" || value === null) return { text: JSON.stringify(value) };
  const entries = Object.entries(value).map(([key, member]): [string, Node] => [key, parse(member)]);
  return { isArray: Array.isArray(value), entries };
}

function render(node: Node): string {
  if ("text" in node) return node.text;
  if (node.isArray) return `[${node.entries.map(([, value]) => render(value)).join(",")}]`;
  return `{${node.entries.map(([key, value]) => `${JSON.stringify(key)}:${render(value)}`).join(",")}}`;
}
