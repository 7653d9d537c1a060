import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile, findCompiler, linkArguments } from "./compiler.ts";

const sources = { root: "/p", files: ["/p/binding/a.cc"], nodeHeaders: "/h" };
const library = {
  root: "/c/tf",
  include: "/c/tf/include",
  folder: "/c/tf",
  files: ["libtensorflow_cc.so.2"],
};

test("the library is linked by its path, and loaded from next to the binding or from an absolute path", () => {
  const args = (loadFrom: string, platform: NodeJS.Platform) =>
    linkArguments({ sources, library, loadFrom, output: "/o.node" }, ["/a.o"], platform);
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

test("a source that does not compile is named, and no file is left", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ft-compile-"));
  try {
    const compiler = join(folder, "compiler");
    writeFileSync(
      compiler,
      '#!/bin/sh\ncase "$*" in *bad.cc*) echo "bad.cc:1: error: no" >&2; exit 1;; esac\nfor last; do :; done; : > "$last"\n',
    );
    chmodSync(compiler, 0o755);
    const output = join(folder, "o.node");
    const compilation = (...files: string[]) => ({
      sources: { ...sources, files },
      library,
      loadFrom: "../tf",
      output,
    });
    await expect(compile(compiler, "it", compilation("/p/a.cc", "/p/bad.cc", "/p/b.cc"))).rejects.toThrow(
      "could not compile it: bad.cc:1: error: no",
    );
    expect(readdirSync(folder)).toEqual(["compiler"]);
    await compile(compiler, "it", compilation("/p/a.cc", "/p/b.cc"));
    expect(readdirSync(folder).sort()).toEqual(["compiler", "o.node"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
