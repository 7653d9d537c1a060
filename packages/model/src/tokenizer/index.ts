export { answerToken, type Join, joins } from "./answer-token.ts";
export { loadTokenizer } from "./load-tokenizer.ts";
export { openTokenizer } from "./open-tokenizer.ts";
export { encodePrompt, type Tokenizer } from "./tokenizer.ts";
export { WORD_TOKEN, wordLevelJson } from "./word-level.ts";
