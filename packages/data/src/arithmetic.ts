/** The sentence, operators and kinds that the arithmetic tasks have in common. */
import type { Random } from "@ft/artifacts";

export type Operator = "+" | "-" | "*" | "/";

/** The kind of an example, by its operator. */
export const KIND = { "+": "add", "-": "sub", "*": "mul", "/": "div" } as const;

/** The prompt that asks for the value of `expression`. */
export function arithmeticPrompt(expression: string): string {
  return `Calculate the result of the following arithmetic expression and provide only the final answer: ${expression} =`;
}

/** The value of `a operator b`; for a division, b must divide a. */
export function evaluate(a: number, operator: Operator, b: number): number {
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  return operator === "*" ? a * b : a / b;
}

/** One of `items` (at least one), every one equally likely. */
export function pick<const T>(random: Random, items: readonly T[]): T {
  return items[random.int(0, items.length - 1)]!;
}

/** Two operands, each uniform in 1..`within`, the larger first. */
export function orderedOperands(random: Random, within: number): [number, number] {
  const first = random.int(1, within);
  const second = random.int(1, within);
  return first < second ? [second, first] : [first, second];
}

/** The question of a product: the same for both orders of its factors. */
export function productQuestion(a: number, b: number): string {
  return `${Math.min(a, b)} * ${Math.max(a, b)}`;
}
