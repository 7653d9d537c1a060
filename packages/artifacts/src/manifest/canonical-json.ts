export { canonicalJson } from "@ft/bytes";
