export { answerToken } from "./answer-token.ts";
export { loadTokenizer } from "./load-tokenizer.ts";
export type { Tokenizer } from "./tokenizer.ts";
