/** The backend of this machine, and what is missing for a faster one. */

import { availableParallelism, totalmem } from "node:os";
import { UserError } from "@ft/artifacts";
import { type BackendInfo, locateBinding, TENSORFLOW_VERSION } from "@ft/backend";
import { execa } from "execa";
import { findCompiler } from "../native/compiler.ts";
import { findPython } from "../native/download-wheels.ts";
import { lastError } from "../native/try-binding.ts";
import { requirement } from "../native/wheel.ts";

export interface Diagnosis {
  /** The backend that a stage would open now; null if none opens. */
  backend: BackendInfo | null;
  /** The error if none opens; null if one does. */
  problem: string | null;
  /** The native binding's file; null if there is none. */
  binding: string | null;
  node: string;
  /** Null if npm does not run. */
  npm: string | null;
  platform: string;
  cores: number;
  /** In GiB, rounded. */
  memory: number;
  /** The environment variables that select the backend, if set. */
  environment: Record<string, string>;
  /** The missing parts of the native backend, each with a remedy. */
  missing: Missing[];
}

export interface Missing {
  what: string;
  remedy: string;
}

const VARIABLES = [
  "FT_BACKEND",
  "FT_THREADS",
  "FT_MEMORY",
  "FT_TENSORFLOW",
  "FT_BINDING",
  "FT_CACHE",
  "TF_NUM_INTRAOP_THREADS",
];

/** Examines this machine. Takes a second or two, since the backend is opened in a separate process. */
export async function diagnose(): Promise<Diagnosis> {
  const [opened, npm] = await Promise.all([openInChild(), execa("npm", ["--version"], { reject: false })]);
  const native = opened.backend?.name === "native";
  return {
    ...opened,
    binding: bindingPath(),
    node: process.versions.node,
    npm: npm.failed ? null : npm.stdout.trim(),
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    environment: Object.fromEntries(
      VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    ),
    missing: native ? [] : await missingForNative(),
  };
}

const PROGRAM = `
import { UserError } from "@ft/artifacts";
import { openBackend } from "@ft/backend";
try {
  console.log(JSON.stringify((await openBackend({ mute: true })).info));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.log(JSON.stringify({ problem: error.message }));
}
`;

async function openInChild(): Promise<Pick<Diagnosis, "backend" | "problem">> {
  const { failed, stdout, stderr } = await execa(
    process.execPath,
    ["--input-type=module", "--eval", PROGRAM],
    {
      cwd: new URL(".", import.meta.url),
      reject: false,
      stdin: "ignore",
    },
  );
  if (failed) return { backend: null, problem: lastError(stderr) };
  const said = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  return "problem" in said ? { backend: null, problem: said.problem } : { backend: said, problem: null };
}

function bindingPath(): string | null {
  try {
    return locateBinding().found?.path ?? null;
  } catch (error) {
    if (error instanceof UserError) return null; // said by the attempt to open it
    throw error;
  }
}

/** Everything a set-up would lack; if nothing, that it has not been done. */
async function missingForNative(): Promise<Missing[]> {
  const missing: Missing[] = [];
  const look = async (need: () => unknown) => {
    try {
      await need();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      missing.push({ what: error.problem, remedy: error.at.remedy ?? "there is no remedy: wasm is used" });
    }
  };
  await look(findCompiler);
  if (!process.env.FT_TENSORFLOW) {
    await look(() => requirement(TENSORFLOW_VERSION, process, process.env.FT_BACKEND === "gpu"));
    await look(findPython);
  }
  if (missing.length > 0) return missing;
  return [{ what: "the native backend is not used", remedy: "set it up with `npx ft setup-native`" }];
}

/** A diagnosis for people: a line for each fact, then what is missing. */
export function describeDiagnosis(diagnosis: Diagnosis): string {
  const { backend, problem, binding, node, npm, platform, cores, memory, environment, missing } = diagnosis;
  const facts: [string, string][] = [
    [
      "Backend",
      backend ? `${backend.name} (${backend.library}) on the ${backend.device.toUpperCase()}` : "none opens",
    ],
    ...(backend ? [["Threads", String(backend.threads)] as [string, string]] : []),
    ["Binding", binding ?? "none"],
    ["Node", node],
    ["npm", npm ?? "does not run"],
    ["Machine", `${platform}, ${cores} cores, ${memory} GiB`],
    ...Object.entries(environment),
  ];
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}${value}`);
  if (problem) lines.push("", problem);
  if (missing.length > 0) lines.push("", "For the native backend, faster than wasm:");
  return [...lines, ...missing.map(({ what, remedy }) => `  ${what}: ${remedy}`)].join("\n");
}
