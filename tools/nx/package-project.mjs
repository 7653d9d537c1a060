// @ts-check
/** The projects of the packages, and of the tests of all of them together: targets to build and check them. */
import { libraries, withDependencies } from "./packages.mjs";

/** @import { ProjectConfiguration, TargetConfiguration } from "nx/src/devkit-exports" */
/** @import { Package, Workspace } from "./types.d.ts" */

/** Files that give a package additional targets. */
const KERNELS = "/wasm/kernels/index.ts";
const MACHINE_TESTS = ".machine.test.ts";

/** For Nx's glob: the files that {@link packageProject} and {@link testsProject} look for. */
export const MARKERS = [
  `packages/*/src/**${KERNELS}`,
  `packages/**/*${MACHINE_TESTS}`,
  `tools/**/*${MACHINE_TESTS}`,
  `test/**/*${MACHINE_TESTS}`,
];

/**
 * The project of one package. Its `build` compiles with `removeComments`, and a stage's cache key holds the compiled
 * code alone, so an edit of comments or types recompiles but runs no stage again.
 *
 * @param {Package} package_
 * @param {readonly string[]} files that Nx sees, relative to the workspace root; at least those of {@link MARKERS}
 * @param {Workspace} workspace
 * @returns {ProjectConfiguration} with targets build, lint, typecheck and test, and, if it has such files, kernels and test-machine
 */
export function packageProject(package_, files, { packages, options, machine }) {
  const { name, root } = package_;
  const { buildTarget } = options;
  const own = files.filter((file) => file.startsWith(`${root}/`));
  const hasKernels = own.some((file) => file.endsWith(KERNELS));
  const upstream = withDependencies(packages, Object.keys(package_.dependencies));
  const builds = upstream.map((other) => ({ projects: other.name, target: buildTarget }));
  /** @type {TargetConfiguration} */
  const build = {
    executor: "nx:run-commands",
    // A folder's name is not part of any command, which a shell reads.
    options: { command: "tsc -b", cwd: root },
    cache: true,
    dependsOn: [...builds, ...(hasKernels ? ["kernels"] : [])],
    inputs: [
      "production",
      "{workspaceRoot}/tsconfig.base.json",
      { dependentTasksOutputFiles: "**/*.d.ts" },
      { externalDependencies: ["typescript", "@types/node", ...libraries(packages, [package_])] },
    ],
    outputs: ["{projectRoot}/dist/**/*.{js,d.ts}", "{projectRoot}/dist/.tsbuildinfo"],
    metadata: { description: "Compiles the package" },
  };
  return {
    name,
    root,
    targets: {
      [buildTarget]: build,
      ...(hasKernels ? { kernels } : {}),
      lint: lint(root, ["."]),
      typecheck: typecheck(root, builds),
      ...testTargets(root, own, [buildTarget], { options, machine }),
    },
  };
}

/**
 * The project of `test/`: tests of all packages together. It also checks the files in the workspace's root.
 *
 * @param {readonly string[]} files that Nx sees, relative to the workspace root; at least those of {@link MARKERS}
 * @param {Workspace} workspace
 * @returns {ProjectConfiguration} named workspace
 */
export function testsProject(files, { packages, options, machine }) {
  const root = "test";
  const own = files.filter((file) => file.startsWith(`${root}/`));
  const all = [...packages.values()];
  const builds = all.map(({ name }) => ({ projects: name, target: options.buildTarget }));
  return {
    name: "workspace",
    root,
    implicitDependencies: all.map(({ name }) => name),
    targets: {
      lint: lint(root, [".", "../*.json", "../*.ts"]),
      typecheck: typecheck(root, builds),
      // They are the last to run, when no other task is left for a second core.
      ...testTargets(root, own, builds, { options, machine }, 2),
    },
  };
}

/** @type {TargetConfiguration} */
const kernels = {
  executor: "nx:run-commands",
  options: { command: "node tools/bootstrap/compile-kernels.mjs" },
  cache: true,
  inputs: [
    "{projectRoot}/src/**/wasm/kernels/**/*",
    "{workspaceRoot}/tools/bootstrap/compile-kernels.mjs",
    { externalDependencies: ["assemblyscript"] },
  ],
  outputs: ["{projectRoot}/dist/**/kernels*.wasm", "{projectRoot}/dist/**/kernels.sha256"],
  metadata: { description: "Compiles the WebAssembly kernels" },
};

/**
 * @param {string} root of the project
 * @param {readonly string[]} parts paths to check, relative to it
 * @returns {TargetConfiguration}
 */
function lint(root, parts) {
  return {
    executor: "nx:run-commands",
    options: { command: `biome check ${parts.join(" ")}`, cwd: root },
    cache: true,
    inputs: [
      "default",
      parts.length > 1 ? "configuration" : "{workspaceRoot}/biome.json",
      { externalDependencies: ["@biomejs/biome"] },
    ],
    metadata: { description: "Style, formatting, and who may import whom" },
  };
}

/**
 * @param {string} root of the project
 * @param {NonNullable<TargetConfiguration["dependsOn"]>} builds of its dependencies, whose declarations it is checked against
 * @returns {TargetConfiguration}
 */
function typecheck(root, builds) {
  return {
    executor: "nx:run-commands",
    options: { command: "tsc -p tsconfig.test.json", cwd: root },
    cache: true,
    dependsOn: builds,
    inputs: [
      "default",
      "^testing",
      "{workspaceRoot}/tsconfig.*.json",
      { dependentTasksOutputFiles: "**/*.d.ts" },
    ],
    metadata: { description: "Checks types of sources and tests" },
  };
}

/**
 * Tests read the sources of their imports. Tests that need more than the workspace are never cached.
 *
 * @param {string} root of the project
 * @param {readonly string[]} files its own
 * @param {NonNullable<TargetConfiguration["dependsOn"]>} builds builds that tests need: some run programs
 * @param {Pick<Workspace, "options" | "machine">} workspace
 * @param {number} workers processes that run test files at the same time
 * @returns {Record<string, TargetConfiguration>}
 */
function testTargets(root, files, builds, { options, machine }, workers = 1) {
  const up = root.replaceAll(/[^/]+/g, "..");
  const command = `vitest run --config ${up}/vitest.config.ts`;
  const counts = "{workspaceRoot}/.cache/tests/{projectName}";
  /** @type {(target: string, command: string) => TargetConfiguration} */
  const target = (name, command) => ({
    executor: "nx:run-commands",
    options: {
      command,
      cwd: root,
      env: {
        FT_TEST_COUNTS: `${counts}/${name}.json`,
        FT_KEY_MACHINE: machine,
        VITEST_MAX_WORKERS: `${workers}`,
      },
    },
    dependsOn: builds,
    outputs: [`${counts}/${name}.json`],
  });
  const test = {
    ...target("test", `${command} --exclude "**/*${MACHINE_TESTS}"`),
    cache: true,
    inputs: [
      "default",
      "^production",
      "^testing",
      "fixtures",
      "configuration",
      ...options.environment.map((env) => ({ env })),
    ],
    metadata: { description: "Tests" },
  };
  const testMachine = {
    ...target("test-machine", `${command} ${MACHINE_TESTS}`),
    cache: false,
    metadata: { description: "Tests that need more than the workspace; never cached" },
  };
  return files.some((file) => file.endsWith(MACHINE_TESTS))
    ? { test, "test-machine": testMachine }
    : { test };
}
