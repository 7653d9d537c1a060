import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compileArguments, findCompiler } from "./compiler.ts";

const sources = { root: "/p", files: ["/p/binding/a.cc"], nodeHeaders: "/h" };
const library = {
  root: "/c/tf",
  include: "/c/tf/include",
  folder: "/c/tf",
  files: ["libtensorflow_cc.so.2"],
};

test("the library is linked by its path, and loaded from beside the binding or from an absolute path", () => {
  const args = (loadFrom: string, platform: NodeJS.Platform) =>
    compileArguments({ sources, library, loadFrom, output: "/o.node" }, platform);
  expect(args("../tf", "linux")).toContain("/c/tf/libtensorflow_cc.so.2");
  expect(args("../tf", "linux")).toContain("-Wl,-rpath,$ORIGIN/../tf");
  expect(args("/c/tf", "linux")).toContain("-Wl,-rpath,/c/tf");
  expect(args("../tf", "darwin").join(" ")).toContain("-undefined dynamic_lookup");
});

test("the compiler is $CXX if it runs, else the first that does", async () => {
  const bin = mkdtempSync(join(tmpdir(), "ft-compiler-"));
  try {
    for (const [name, code] of [
      ["c++", 0],
      ["g++", 1],
      ["mine", 0],
    ] as const) {
      writeFileSync(join(bin, name), `#!/bin/sh\nexit ${code}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    expect(await findCompiler({ PATH: bin })).toBe("c++");
    expect(await findCompiler({ PATH: bin, CXX: "mine" })).toBe("mine");
    await expect(findCompiler({ PATH: join(bin, "empty") })).rejects.toThrow(
      /no C\+\+ compiler was found\n.*install/,
    );
  } finally {
    rmSync(bin, { recursive: true });
  }
});
