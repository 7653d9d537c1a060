import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "@ft/bytes";
import { onTestFinished } from "vitest";
import { Experiments, renderRef, type Stage } from "../index.js";

/** A folder with nx.json and an experiment.json for each name: its contents, or its text. */
export function repository(experiments: Record<string, unknown>) {
  const root = mkdtempSync(join(tmpdir(), "ft-experiment-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, "nx.json"), "{}");
  for (const [name, content] of Object.entries(experiments)) {
    const file = join(root, "experiments", name, "experiment.json");
    mkdirSync(dirname(file), { recursive: true });
    const isText = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(file, isText ? content : JSON.stringify(content));
  }
  const all = new Experiments();
  const fileOf = (name: string) => join(root, "experiments", name, "experiment.json");
  const read = (name: string) => all.read(fileOf(name));
  /** The message that an experiment is refused with, paths relative to experiments/. */
  const refusal = (name: string): string => {
    try {
      read(name);
    } catch (error) {
      if (error instanceof UserError) return error.message.replaceAll(`${root}/experiments/`, "");
      throw error;
    }
    throw new Error(`experiment ${name} was not refused`);
  };
  return {
    root,
    all,
    fileOf,
    read,
    refusal,
    /** The stages of an experiment by name. */
    stages: (name: string): Record<string, Stage> => Object.fromEntries(read(name).experiment.stages),
    /** The mistakes in an experiment, one per line. */
    mistakes: (name: string): string[] =>
      [...refusal(name).matchAll(/^ {2}- (.*)$/gm)].map(([, line]) => line!),
  };
}

/** What a stage reads, as Nx names it: `{ data: ["tiny.data"] }`. */
export function inputsOf(stage: Stage | undefined): Record<string, string[]> {
  const roles = Object.entries(stage?.inputs ?? {});
  return Object.fromEntries(roles.map(([role, refs]) => [role, refs.map(renderRef)]));
}
