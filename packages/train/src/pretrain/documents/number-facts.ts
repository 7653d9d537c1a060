/** Facts about numbers: neighbours, digits, places, parity, rounding, order. */
import type { Random } from "@ft/artifacts";
import { chance, type DocumentKind, LARGEST, pick } from "./draw.ts";

/** One to three facts about numbers, half of them below 100. */
export const numberFacts: DocumentKind = (random) =>
  Array.from({ length: random.int(1, 3) }, () => pick(random, FACTS)(random)).join("\n");

function anyNumber(random: Random): number {
  return random.int(1, chance(random, 0.5) ? 100 : LARGEST - 1);
}

/** Different numbers of about the same size, in random order. */
function severalNumbers(random: Random, count: number): number[] {
  const largest = chance(random, 0.5) ? 100 : LARGEST;
  const numbers = new Set<number>();
  while (numbers.size < count) numbers.add(random.int(0, largest));
  return [...numbers];
}

function digits(n: number): string {
  return [...String(n)].join(" ");
}

/** 347 as 300 + 40 + 7, without zero places. */
function places(n: number): string {
  const parts = [Math.floor(n / 100) * 100, Math.floor((n % 100) / 10) * 10, n % 10];
  return parts.filter((part) => part > 0).join(" + ");
}

function ascending(numbers: number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

const FACTS: readonly DocumentKind[] = [
  (random) => {
    const n = anyNumber(random);
    return `the number after ${n} is ${n + 1}.`;
  },
  (random) => {
    const n = anyNumber(random);
    return `the number before ${n} is ${n - 1}.`;
  },
  (random) => {
    const n = anyNumber(random);
    return `the digits of ${n} are ${digits(n)}.`;
  },
  (random) => {
    const n = random.int(0, 999);
    const [hundreds, tens, ones] = [Math.floor(n / 100), Math.floor((n % 100) / 10), n % 10];
    return `${n} has ${hundreds} hundreds, ${tens} tens and ${ones} ones.`;
  },
  (random) => {
    const n = random.int(11, 999);
    return `${n} = ${places(n)}`;
  },
  (random) => {
    const n = random.int(11, 999);
    return `${places(n)} = ${n}`;
  },
  (random) => {
    const n = anyNumber(random);
    return `${n} is ${n % 2 === 0 ? "even" : "odd"}.`;
  },
  (random) => {
    const n = random.int(1, 999);
    return `${n} rounded to the nearest ten is ${Math.round(n / 10) * 10}.`;
  },
  (random) => {
    const n = random.int(50, 999);
    return `${n} rounded to the nearest hundred is ${Math.round(n / 100) * 100}.`;
  },
  (random) => {
    const [a, b] = severalNumbers(random, 2) as [number, number];
    return `${a} is ${a < b ? "less" : "more"} than ${b}.`;
  },
  (random) => {
    const [a, b] = severalNumbers(random, 2) as [number, number];
    return `which is larger, ${a} or ${b}? ${Math.max(a, b)}.`;
  },
  (random) => {
    const [low, middle, high] = ascending(severalNumbers(random, 3));
    return `${middle} is between ${low} and ${high}.`;
  },
  (random) => {
    const numbers = severalNumbers(random, random.int(3, 6));
    return `sort ${numbers.join(" ")}: ${ascending(numbers).join(" ")}.`;
  },
  (random) => {
    const numbers = severalNumbers(random, random.int(3, 5));
    return `the largest of ${numbers.join(", ")} is ${Math.max(...numbers)}.`;
  },
  (random) => {
    const n = 10 * random.int(1, 99);
    return `${n + 10} is ten more than ${n}.`;
  },
];
