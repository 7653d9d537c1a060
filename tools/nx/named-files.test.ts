import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { namedFiles } from "./named-files.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ft-named-"));
  for (const file of [
    "a.py",
    "log",
    "my data.csv",
    "experiments/tiny/stage.py",
    "scripts/b.py",
    "scripts/inner/c.py",
    "scripts/pkg/__init__.py",
    "scripts/pkg/__main__.py",
    "scripts/pkg/deep/d.py",
    "scripts/pkg/notes.txt",
  ]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "");
  }
});
afterEach(() => rmSync(root, { recursive: true }));

const named = (command: string) =>
  namedFiles(command, { root, experimentFolder: join(root, "experiments/tiny") });

describe("the files a command names", () => {
  it.each([
    ["from the root", "python a.py --fast", ["a.py"]],
    ["in the experiment's folder", "python stage.py", ["experiments/tiny/stage.py"]],
    ["in a folder it changes to", "cd scripts && python b.py", ["scripts/b.py"]],
    ["in a folder below that", "cd scripts; cd inner; python c.py", ["scripts/inner/c.py"]],
    ["after a change in parentheses", "(cd 'scripts' && python b.py) | cat a.py", ["a.py", "scripts/b.py"]],
    ["in quotes", `python a.py "my data.csv"`, ["a.py", "my data.csv"]],
    ["with an escaped space", "cat my\\ data.csv", ["my data.csv"]],
    ["after an equals sign", "run --script=a.py DATA='my data.csv'", ["a.py", "my data.csv"]],
    ["in a command inside quotes", `bash -c "cd scripts && python b.py"`, ["scripts/b.py"]],
    ["read from, not written to", "python a.py < scripts/b.py >log 2>> log", ["a.py", "scripts/b.py"]],
    ["outside of comments", "python a.py # not scripts/b.py", ["a.py"]],
    ["as a module", "cd scripts/inner && python -m c", ["scripts/inner/c.py"]],
    ["as a dotted module", "python -m scripts.b", ["scripts/b.py"]],
    [
      "as a package, all of its Python files",
      "cd scripts && python -m pkg",
      ["scripts/pkg/__init__.py", "scripts/pkg/__main__.py", "scripts/pkg/deep/d.py"],
    ],
    ["twice, once", "cat a.py ./a.py", ["a.py"]],
    ["nowhere", "true", []],
  ])("%s", (_, command, files) => {
    expect(named(command)).toEqual(files);
  });

  it("keep their whole path outside of the root", () => {
    const outside = join(root, "a.py");
    expect(namedFiles(`python ${outside}`, { root: join(root, "scripts"), experimentFolder: root })).toEqual([
      outside,
    ]);
  });

  it.each([
    "\0",
    "x".repeat(5000),
    "cd a/../a; ".repeat(100),
    "'unclosed",
    'a "unclosed',
    "\\",
    "cd",
    "&& ||",
    ">",
  ])("of %j are none, without a failure", (command) => {
    expect(named(command)).toEqual([]);
  });
});
