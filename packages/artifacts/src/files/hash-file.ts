export { hashFile, hashOf } from "@ft/bytes";
