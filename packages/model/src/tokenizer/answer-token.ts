/** How an answer follows its prompt, and which token it then is. */
import { renderValue } from "@ft/artifacts";
import { encodePrompt, type Tokenizer } from "./tokenizer.ts";

/**
 * What is between a prompt and its answer.
 * - `space`: one space, so that "... 72 - 46 =" continues as "... 72 - 46 = 26" and Pythia's answer is the token " 26";
 *   nothing if the prompt ends in white space.
 * - `newline`: the prompt ends in a newline, which is one of its tokens, and the answer begins the next line.
 * - `none`: nothing; the answer is taken letter by letter, leading spaces included.
 *
 * Under `space` and `newline` white space around an answer means nothing: " 17" is "17".
 */
export const joins = ["space", "newline", "none"] as const;
export type Join = (typeof joins)[number];

type Encoder = Pick<Tokenizer, "encode" | "unknown" | "bos">;

/** A prompt as the model reads it before it answers: with `newline`, ended by one. */
export function endPrompt(prompt: string, join: Join): string {
  return join === "newline" && !prompt.endsWith("\n") ? `${prompt}\n` : prompt;
}

/** An answer as its own text, without what joins it to a prompt. */
export function bareAnswer(answer: string, join: Join): string {
  return join === "none" ? answer : answer.trim();
}

/**
 * The one token an answer is after its prompt, or undefined if it is not exactly one. The whole text must be the
 * prompt's own tokens and one more: a tokenizer that merges across the border would ask the model for something it
 * never sees. Word-level tokenizers ignore the space. The unknown token is no answer.
 *
 * @param prompt as {@link endPrompt} ends it
 * @param before the prompt's tokens, BOS first, if they are known already. @default encoded here
 */
export function answerToken(
  tokenizer: Encoder,
  prompt: string,
  answer: string,
  join: Join = "space",
  before: ArrayLike<number> = encodePrompt(tokenizer, prompt),
): number | undefined {
  const whole = encodePrompt(tokenizer, joined(prompt, answer, join));
  if (whole.length !== before.length + 1 || !startsWith(whole, before)) return undefined;
  const token = whole.at(-1);
  return token === tokenizer.unknown ? undefined : token;
}

/** Why {@link answerToken} finds no token, for people: the answer's pieces, or what it merges with. */
export function describeAnswer(
  tokenizer: Encoder & Pick<Tokenizer, "decode">,
  prompt: string,
  answer: string,
  join: Join = "space",
): string {
  const text = bareAnswer(answer, join);
  if (text.length > LONGEST_ANSWER) return `it has ${text.length} characters`;
  const before = encodePrompt(tokenizer, prompt);
  const whole = encodePrompt(tokenizer, joined(prompt, answer, join));
  const piece = (token: number) => JSON.stringify(tokenizer.decode([token]));
  const shown = renderValue(text);
  if (!startsWith(whole, before)) {
    const first = before.findIndex((token, i) => whole[i] !== token);
    const becomes = Array.from(whole.subarray(first), piece).join(", ");
    const was = Array.from(before.subarray(first), piece).join(", ");
    return `${shown} merges with the end of its prompt: ${was} becomes ${becomes}`;
  }
  const pieces = Array.from(whole.subarray(before.length));
  if (pieces.length === 0) return `${shown} has no token`;
  if (tokenizer.unknown !== undefined && pieces.includes(tokenizer.unknown)) {
    return `${shown} is unknown to the tokenizer`;
  }
  const most = pieces.slice(0, SHOWN_PIECES).map(piece).join(", ");
  return `${shown} is ${pieces.length} tokens: ${most}${pieces.length > SHOWN_PIECES ? ", ..." : ""}`;
}

/** No vocabulary has a longer token, in characters; longer texts are not encoded to find that out. */
export const LONGEST_ANSWER = 1_000;
const SHOWN_PIECES = 8;

function joined(prompt: string, answer: string, join: Join): string {
  const space = join === "space" && !/\s$/.test(prompt) ? " " : "";
  return `${prompt}${space}${bareAnswer(answer, join)}`;
}

function startsWith(whole: ArrayLike<number>, before: ArrayLike<number>): boolean {
  return Array.prototype.every.call(before, (token, i) => whole[i] === token);
}
