/** Copying: repetition, looking a value up by its key, and who has more. These teach heads to attend by content. */
import type { Random } from "@ft/artifacts";
import { type DocumentKind, LARGEST, NAMES, pick, pickTwo, THINGS } from "./draw.ts";

const COLOURS = ["red", "blue", "green", "black", "white", "yellow", "brown", "grey"] as const;
const LETTERS = ["a", "b", "c", "d", "e", "f", "g", "h", "x", "y", "z"] as const;

/** One passage to copy from. */
export const copying: DocumentKind = (random) => pick(random, PASSAGES)(random);

/** Different elements of `list`, in random order. */
function several<T>(random: Random, list: readonly T[], count: number): T[] {
  const left = [...list];
  return Array.from({ length: count }, () => left.splice(random.int(0, left.length - 1), 1)[0]!);
}

const PASSAGES: readonly DocumentKind[] = [
  (random) => {
    const words = Array.from({ length: random.int(3, 8) }, () => pick(random, COLOURS));
    return `say again: ${words.join(" ")}. ${words.join(" ")}.`;
  },
  (random) => {
    const numbers = Array.from({ length: random.int(3, 10) }, () => random.int(0, LARGEST));
    return `copy ${numbers.join(" ")}: ${numbers.join(" ")}.`;
  },
  (random) => {
    const keys = several(random, LETTERS, random.int(2, 6));
    const values = keys.map(() => random.int(0, LARGEST));
    const asked = several(random, [...keys.keys()], Math.min(3, keys.length));
    const answers = asked.map((i) => `${keys[i]} is ${values[i]}.`);
    return `${keys.map((key, i) => `${key} = ${values[i]}`).join(", ")}. ${answers.join(" ")}`;
  },
  (random) => {
    const keys = several(random, COLOURS, random.int(2, 5));
    const values = keys.map(() => random.int(0, LARGEST));
    const asked = random.int(0, keys.length - 1);
    const list = keys.map((key, i) => `the ${key} card says ${values[i]}`);
    return `${list.join(", ")}. what does the ${keys[asked]} card say? ${values[asked]}.`;
  },
  (random) => {
    const [first, second] = pickTwo(random, NAMES);
    const thing = pick(random, THINGS);
    const [a, b] = [random.int(0, 100), random.int(101, LARGEST)];
    const [firstHas, secondHas] = random.int(0, 1) === 0 ? [a, b] : [b, a];
    const more = firstHas > secondHas ? first : second;
    return `${first} has ${firstHas} ${thing} and ${second} has ${secondHas}. ${more} has more ${thing}.`;
  },
  (random) => {
    const [first, second] = pickTwo(random, NAMES);
    const [firstThing, secondThing] = pickTwo(random, THINGS);
    const [a, b] = [random.int(0, LARGEST), random.int(0, LARGEST)];
    const list = `${first} has ${a} ${firstThing}. ${second} has ${b} ${secondThing}.`;
    return random.int(0, 1) === 0
      ? `${list} how many ${firstThing} does ${first} have? ${a}.`
      : `${list} how many ${secondThing} does ${second} have? ${b}.`;
  },
];
