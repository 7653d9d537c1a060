import { describe, expect, it } from "vitest";
import { normalizeOptions } from "./options.mjs";
import { packageProject, testsProject } from "./package-project.mjs";

const names = ["artifacts", "train", "report"];
const packages = new Map(
  names.map((name) => {
    const dependencies: Record<string, string> = name === "artifacts" ? {} : { "@ft/artifacts": "0.1.0" };
    return [`@ft/${name}`, { name: `@ft/${name}`, root: `packages/${name}`, dependencies }];
  }),
);
packages.set("@ft/tools", { name: "@ft/tools", root: "tools", dependencies: { "@ft/train": "0.1.0" } });
const workspace = {
  ...{ root: "/", packages, modelKeys: new Map(), machine: "this one" },
  options: normalizeOptions(undefined),
};

/** The targets of a package, where Nx sees these files. */
function targetsOf(name: string, files: string[] = []) {
  return packageProject(packages.get(name)!, files, workspace).targets ?? {};
}

describe("a package", () => {
  it("is built after the packages it depends on, directly or not", () => {
    const { build } = targetsOf("@ft/tools");
    expect(build).toMatchObject({ options: { command: "tsc -b", cwd: "tools" }, cache: true });
    expect(build?.dependsOn).toEqual([
      { projects: "@ft/artifacts", target: "build" },
      { projects: "@ft/train", target: "build" },
    ]);
  });

  it("has its types checked against the builds of its dependencies, and is tested after its own build", () => {
    const { lint, typecheck, test } = targetsOf("@ft/train");
    expect(lint?.dependsOn).toBeUndefined();
    expect(typecheck?.dependsOn).toEqual([{ projects: "@ft/artifacts", target: "build" }]);
    expect(test?.dependsOn).toEqual(["build"]);
    for (const target of [lint, typecheck, test])
      expect(target).toMatchObject({ cache: true, options: { cwd: "packages/train" } });
  });

  it("caches the count of its tests with their result", () => {
    const { test } = targetsOf("@ft/train");
    expect(test?.outputs).toEqual([test?.options.env.FT_TEST_COUNTS]);
  });

  it("is tested again on another machine", () => {
    expect(targetsOf("@ft/train").test?.options.env.FT_KEY_MACHINE).toBe("this one");
  });

  it("runs machine tests in a separate target, never from the cache", () => {
    const targets = targetsOf("@ft/train", ["packages/train/src/deep/python.machine.test.ts"]);
    expect(targets["test-machine"]).toMatchObject({ cache: false });
    expect(targets["test-machine"]?.options.command).toMatch(/ \.machine\.test\.ts$/);
    expect(targets.test?.options.command).toMatch(/ --exclude "\*\*\/\*\.machine\.test\.ts"$/);
    expect(targetsOf("@ft/train", ["packages/report/src/a.machine.test.ts"])).not.toHaveProperty(
      "test-machine",
    );
  });

  it("compiles its kernels before it is built, wherever they are in its sources", () => {
    for (const folder of ["src", "src/deep"]) {
      const { build, kernels } = targetsOf("@ft/train", [`packages/train/${folder}/wasm/kernels/index.ts`]);
      expect(build?.dependsOn).toContain("kernels");
      expect(kernels).toMatchObject({ cache: true });
    }
    expect(targetsOf("@ft/report", ["packages/train/src/wasm/kernels/index.ts"])).not.toHaveProperty(
      "kernels",
    );
  });
});

it("the tests of the whole workspace depend on all packages", () => {
  const { root, implicitDependencies, targets } = testsProject([], workspace);
  expect({ root, implicitDependencies }).toEqual({
    root: "test",
    implicitDependencies: [...packages.keys()],
  });
  expect(targets?.test?.dependsOn).toHaveLength(packages.size);
  expect(targets?.test?.options.command).toMatch(/--config \.\.\/vitest\.config\.ts /);
});
