import { describe, expect, test } from "vitest";
import { firstDifference } from "./install.mjs";

const zod = { version: "4.6.7", integrity: "sha512-a" };
const lock = {
  "": { version: "0.1.0" },
  tools: { version: "0.1.0" },
  "node_modules/zod": zod,
  "node_modules/@ft/tools": { resolved: "tools", link: true },
  "tools/node_modules/yauzl": { version: "3.2.0", integrity: "sha512-b" },
  "node_modules/fsevents": { version: "2.3.3", integrity: "sha512-c", optional: true },
};
const { "": _, "node_modules/fsevents": __, ...installed } = lock;
const everything = () => true;

describe("firstDifference", () => {
  test("finds none in a complete installation without the packages for other platforms", () => {
    expect(firstDifference(lock, installed, everything)).toBeUndefined();
  });

  test("ignores additional packages", () => {
    expect(firstDifference(lock, { ...installed, "node_modules/extra": zod }, everything)).toBeUndefined();
  });

  test("names a package that is missing from the installation, or from the disk", () => {
    const { "node_modules/zod": gone, ...rest } = installed;
    expect(gone).toBe(zod);
    expect(firstDifference(lock, rest, everything)).toBe("node_modules/zod");
    expect(firstDifference(lock, installed, (path) => !path.endsWith("yauzl"))).toBe(
      "tools/node_modules/yauzl",
    );
    expect(firstDifference(lock, installed, (path) => !path.endsWith("@ft/tools"))).toBe(
      "node_modules/@ft/tools",
    );
  });

  test("names a package of another version, of other contents, or one where a link should be", () => {
    for (const [path, found] of [
      ["node_modules/zod", { ...zod, version: "4.6.6" }],
      ["node_modules/zod", { ...zod, integrity: "sha512-x" }],
      ["node_modules/@ft/tools", { version: "0.1.0" }],
    ] as const)
      expect(firstDifference(lock, { ...installed, [path]: found }, everything)).toBe(path);
  });
});
