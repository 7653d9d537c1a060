import type { Tokenizer } from "./tokenizer.ts";

/**
 * The one token an answer is after its prompt, or undefined when it is not exactly one.
 *
 * The answer follows after a space: "... 72 - 46 =" continues as "... 72 - 46 = 26", so that Pythia's answer is the
 * token " 26"; after a prompt that ends in white space it follows directly. The whole text must be the prompt's own
 * tokens and one more: a tokenizer that merges across the border would ask the model for something it never sees.
 * Word-level tokenizers ignore the space. The unknown token is no answer.
 */
export function answerToken(
  tokenizer: Pick<Tokenizer, "encode" | "unknown">,
  prompt: string,
  answer: string,
): number | undefined {
  const before = tokenizer.encode(prompt);
  const whole = tokenizer.encode(`${prompt}${/\s$/.test(prompt) ? "" : " "}${answer}`);
  if (whole.length !== before.length + 1 || before.some((token, i) => whole[i] !== token)) return undefined;
  const token = whole.at(-1);
  return token === tokenizer.unknown ? undefined : token;
}
