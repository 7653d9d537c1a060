export * from "./adapters/index.ts";
export * from "./admit/index.ts";
export * from "./decoder/index.ts";
export * from "./families/index.ts";
export * from "./tokenizer/index.ts";
export * from "./weights/index.ts";
