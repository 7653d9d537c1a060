/** A copy of this workspace with its own cache, runs and builds, for tests that call Nx. */
import { spawn } from "node:child_process";
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

const source = resolve(import.meta.dirname, "../..");

/** The tasks of one call of Nx, by name (`add-sub-100.data:data`), from its output. */
export interface NxRun {
  succeeded: boolean;
  /** Tasks whose command ran, whether it succeeded or not. */
  ran: string[];
  /** Tasks whose output came from the cache. */
  cached: string[];
  output: string;
}

export interface Workspace {
  root: string;
  /** Runs `nx` with these arguments; never throws, even if Nx fails. */
  nx(...args: string[]): Promise<NxRun>;
  read(file: string): string;
  /** Writes a text file and makes its folders. */
  write(file: string, text: string): void;
  remove(): void;
}

/**
 * Libraries are linked; this workspace's packages and models are copied, of build outputs only the kernels.
 * @param built whether to copy all build outputs. @default false
 */
export function createWorkspace({ built = false } = {}): Workspace {
  const root = mkdtempSync(join(tmpdir(), "ft-workspace-"));
  for (const name of ["package.json", "package-lock.json", "nx.json", "tsconfig.base.json", ".gitignore"])
    cpSync(join(source, name), join(root, name), { preserveTimestamps: true });
  for (const name of ["packages", "models", "tools"])
    cpSync(join(source, name), join(root, name), {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => !(built ? ["node_modules"] : ["node_modules", "dist"]).includes(basename(path)),
    });
  copyKernels(root);
  linkLibraries(root, ".");
  for (const name of readdirSync(join(source, "packages"))) linkLibraries(root, join("packages", name));
  return {
    root,
    nx: (...args) => runNx(root, args),
    read: (file) => readFileSync(join(root, file), "utf8"),
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The WebAssembly kernels, which take long to compile. */
const KERNELS = "packages/backend/dist/wasm";

function copyKernels(root: string): void {
  for (const name of readdirSync(join(source, KERNELS)))
    if (/^kernels.*\.(wasm|sha256)$/.test(name))
      cpSync(join(source, KERNELS, name), join(root, KERNELS, name));
}

/** Links the libraries of one folder; links to this workspace's packages are copied, and so lead to the copies. */
function linkLibraries(root: string, folder: string): void {
  const from = join(source, folder, "node_modules");
  const to = join(root, folder, "node_modules");
  mkdirSync(to, { recursive: true });
  for (const name of existingEntries(from))
    if (name === "@ft") cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(from, name), join(to, name));
}

function existingEntries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** An environment in which Nx finds only this workspace and starts nothing that outlives it. */
export function nxEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NX_|VITEST|NODE_OPTIONS|FORCE_COLOR)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    NX_DAEMON: "false",
    NX_TUI: "false",
    NX_ISOLATE_PLUGINS: "false",
    NO_COLOR: "1",
  };
}

function runNx(cwd: string, args: string[]): Promise<NxRun> {
  const nx = join(cwd, "node_modules/nx/dist/bin/nx.js");
  const child = spawn(process.execPath, [nx, ...args, "--outputStyle=static"], {
    cwd,
    env: nxEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => {
      const output = Buffer.concat(chunks).toString();
      const tasks = [...output.matchAll(/^> nx run (\S+)(?: +\[(.*)\])?$/gm)];
      done({
        succeeded: code === 0,
        ran: tasks.filter((task) => task[2] === undefined).map((task) => task[1]!),
        cached: tasks.filter((task) => task[2] !== undefined).map((task) => task[1]!),
        output,
      });
    });
  });
}
