// @ts-check
/**
 * The files named in a stage's command: its scripts and their arguments. They are part of the stage's cache key and
 * of its output's manifest. Files that a script reads or imports by itself are unknown.
 */
import { readdirSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

/**
 * Files named by the words of a shell command, each looked up in the repository's root, in the experiment's folder and in
 * every folder that the command changes to (`cd scripts && python stage.py`). Words inside quotes count (`sh -c "..."`), as do
 * the two parts of `--option=file`; the target of a redirection (`> log`) is an output and does not. `python -m package.module`
 * and a folder with a `__main__.py` name Python's files: the module, or every file of the package.
 *
 * @param {string} command
 * @param {{ root: string, experimentFolder: string }} folders absolute
 * @returns {string[]} sorted, each once: relative to the root with forward slashes, or absolute if outside of it
 */
export function namedFiles(command, { root, experimentFolder }) {
  const folders = new Set([root, experimentFolder]);
  /** @type {Set<string>} */
  const files = new Set();
  collect(command, folders, files);
  return [...files].map((file) => shortName(file, root)).sort();
}

/**
 * @param {string} command
 * @param {Set<string>} folders grows with each `cd`
 * @param {Set<string>} files absolute; found files are added
 */
function collect(command, folders, files) {
  for (const words of simpleCommands(command)) {
    const [program, ...rest] = words;
    if (program === "cd" || program === "pushd") {
      const target = rest.find((word) => !word.startsWith("-"));
      const targets = target === undefined ? [] : [...folders].map((folder) => resolve(folder, target));
      for (const folder of targets) if (statOf(folder)?.isDirectory()) folders.add(folder);
      continue;
    }
    for (const [i, word] of words.entries()) {
      const names = [word, word.slice(word.indexOf("=") + 1)];
      if (words[i - 1] === "-m") names.push(word.replaceAll(".", "/"), `${word.replaceAll(".", "/")}.py`);
      for (const folder of folders) for (const name of names) addFiles(resolve(folder, name), files);
      if (/\s/.test(word)) collect(word, folders, files);
    }
  }
}

/**
 * @param {string} path of a file, or of a folder that Python can run
 * @param {Set<string>} files
 */
function addFiles(path, files) {
  if (statOf(path)?.isFile()) files.add(path);
  else if (statOf(join(path, "__main__.py"))?.isFile())
    for (const name of readdirSync(path, { recursive: true, encoding: "utf8" }))
      if (name.endsWith(".py") && statOf(join(path, name))?.isFile()) files.add(join(path, name));
}

/**
 * The simple commands of a shell command line, each as its words: without quotes, backslashes, operators and the
 * targets of `>`. Variables, globs and substitutions are not expanded.
 *
 * @param {string} command
 * @returns {string[][]}
 */
function simpleCommands(command) {
  /** @type {string[][]} */
  const commands = [[]];
  let written = false;
  for (const [token] of command.matchAll(TOKEN)) {
    if (token[0] === "#") continue;
    if (/^[\n;&|()]/.test(token)) commands.push([]);
    else if (/^[<>]/.test(token)) written = token[0] === ">";
    else if (written) written = false;
    else commands.at(-1)?.push(unquoted(token));
  }
  return commands.filter((words) => words.length > 0);
}

/** A comment, a redirection, an operator, or a word: plain letters, escaped ones, and parts in quotes. */
const TOKEN =
  /(?<![^\s;&|()])#[^\n]*|[<>]+[&|]?|[\n;&|()]+|(?:\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|[^\s;&|()<>])+/g;

/**
 * @param {string} word
 * @returns {string}
 */
function unquoted(word) {
  return word.replace(
    /\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"/g,
    (_, escaped, single, double) => escaped ?? single ?? double.replace(/\\(["\\$`])/g, "$1"),
  );
}

/**
 * @param {string} path any text
 * @returns {import("node:fs").Stats | undefined} undefined if there is no file, or the text cannot be a path
 */
export function statOf(path) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file absolute
 * @param {string} root
 * @returns {string} relative to the root with forward slashes, or absolute if outside of it
 */
export function shortName(file, root) {
  const inside = relative(root, file).split(sep).join("/");
  return inside.startsWith("../") ? file : inside;
}
