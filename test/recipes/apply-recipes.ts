/** Follows CONTRIBUTING's recipes in a copy of the packages: the file is the recipe's code, the line is put into the registry. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

/** A recipe whose code names its file in its first line. */
export interface Recipe {
  /** Its heading in CONTRIBUTING. */
  heading: string;
  /** What the registry, `index.ts` in the file's folder, calls its list. */
  list: string;
}

export interface Applied {
  /** Imports a module of the copy, such as "packages/circuits/src/index.ts". */
  load<Module>(path: string): Promise<Module>;
  /** A tsconfig.json of the packages that were copied, without their tests. */
  project: string;
  remove(): void;
}

/** Copies the packages that recipes are about, and follows those. Other packages are the workspace's. */
export function applyRecipes(recipes: readonly Recipe[]): Applied {
  const copy = mkdtempSync(join(tmpdir(), "ft-recipes-"));
  const files = recipes.map((recipe) => ({ ...recipe, ...codeOf(recipe.heading) }));
  const copied = new Set(files.map(({ path }) => path.split("/")[1]!));
  copyPackages(copy, copied);
  for (const { path, code, list } of files) {
    const registry = join(copy, dirname(path), "index.ts");
    const name = /export const (\w+)/.exec(code)![1]!;
    writeFileSync(join(copy, path), code);
    const before = readFileSync(registry, "utf8");
    const after = before.replace(new RegExp(`(const ${list}\\b[^=]*= [[{])`), `$1 ${name}, `);
    if (after === before) throw new Error(`${registry} has no list ${list}`);
    writeFileSync(registry, `import { ${name} } from "./${basename(path)}";\n${after}`);
  }
  const project = join(copy, "tsconfig.json");
  const indexes = [...copied].map((name) => `packages/${name}/src/index.ts`);
  const settings = { extends: "./tsconfig.test.json", files: indexes, include: ["packages/*/src/**/*.d.ts"] };
  writeFileSync(project, JSON.stringify(settings));
  return {
    load: (path) => import(join(copy, path)),
    project,
    remove: () => rmSync(copy, { recursive: true }),
  };
}

/** The first block of code below a heading, and the file that its first line names. */
function codeOf(heading: string): { path: string; code: string } {
  const section = contributing.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const found = /```ts\n\/\/ (\S+)\n([\s\S]*?)```/.exec(section);
  if (found === null)
    throw new Error(`CONTRIBUTING.md has no code for "${heading}" that begins with its file`);
  return { path: found[1]!, code: found[2]! };
}

/** Copies packages without what was built, and links the others, so that relative paths lead there too. */
function copyPackages(copy: string, copied: ReadonlySet<string>): void {
  for (const name of ["package.json", "tsconfig.base.json", "tsconfig.test.json"])
    cpSync(join(root, name), join(copy, name));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  mkdirSync(join(copy, "packages"));
  for (const name of readdirSync(join(root, "packages"))) {
    const [from, to] = [join(root, "packages", name), join(copy, "packages", name)];
    if (!copied.has(name)) {
      symlinkSync(from, to);
      continue;
    }
    mkdirSync(to);
    for (const part of readdirSync(from)) {
      if (part === "node_modules") symlinkSync(join(from, part), join(to, part));
      else if (part !== "dist") cpSync(join(from, part), join(to, part), { recursive: true });
    }
  }
}
