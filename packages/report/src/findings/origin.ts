/** What the findings were made with: commit, machine, versions, code. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codeHash, describeBackend, kindNamed } from "@ft/artifacts";
import type { FinishedExperiment } from "./read-experiments.ts";

/** What decides results; the last commit that touched it is the one to check out. */
const CODE = ["packages", "experiments", "models", "package-lock.json"];

export interface Origin {
  /** The last commit that changed what decides results; undefined outside of a checkout. */
  commit: string | undefined;
  /** Whether files differ from that commit. */
  changed: boolean;
  /** CITATION.cff, if the repository has one. */
  citation: string | undefined;
}

/** @param root the repository's */
export function readOrigin(root: string): Origin {
  const git = (...args: string[]) =>
    spawnSync("git", ["-C", root, ...args], { encoding: "utf8" }).stdout ?? "";
  const citation = join(root, "CITATION.cff");
  return {
    commit: git("log", "-1", "--format=%H", "--", ...CODE).trim() || undefined,
    changed: git("status", "--porcelain", "--", ...CODE).trim() !== "",
    citation: existsSync(citation) ? readFileSync(citation, "utf8") : undefined,
  };
}

/** An experiment's stages, with where they were computed and whether the code here is the one that computed them. */
export function stagesRun({ name, results, manifest }: FinishedExperiment) {
  const report = { name: manifest.producer?.stage ?? "report", uses: "report", manifest };
  return [...results.stages, report].map(({ name: stage, uses, manifest }) => ({
    experiment: manifest.producer?.experiment ?? name,
    stage,
    uses,
    backend: describeBackend(manifest.backend),
    versions: Object.entries(manifest.versions)
      .map((parts) => parts.join(" "))
      .join(", "),
    code: codeOf(uses, manifest),
  }));
}

function codeOf(uses: string, { code, outside }: FinishedExperiment["manifest"]): string {
  if (outside) return `outside command: ${outside.command}`;
  const kind = kindNamed(uses);
  if (!code || !kind) return "unknown";
  return `${code.slice(0, 12)}${code === codeHash(kind.package) ? ", as here" : ", other than here"}`;
}
