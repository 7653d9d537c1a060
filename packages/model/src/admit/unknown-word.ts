import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/**
 * The first word of a text that becomes a tokenizer's unknown token: letters, digits or one sign, else the text between
 * two spaces, else all of it.
 */
export function unknownWord(
  { encode, unknown }: Pick<Tokenizer, "encode" | "unknown">,
  text: string,
): string {
  const isUnknown = (part: string) => unknown !== undefined && encode(part).includes(unknown);
  const first = (words: RegExp) => text.match(words)?.find(isUnknown);
  return first(/\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu) ?? first(/\S+/gu) ?? text;
}
