/** The stages of an experiment that are out of date, and why, from the manifests of their outputs. */

import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  canonicalJson,
  codeHash,
  type Experiment,
  hashFile,
  hashModel,
  type Manifest,
  modelFolder,
  outputFolder,
  readManifest,
  renderRef,
  renderValue,
  repositoryRoot,
  type Stage,
  type StageRef,
  schemas,
  speedSchema,
  tryConfig,
  UserError,
} from "@ft/artifacts";
import { configFiles } from "@ft/experiment";
import type { StageDefinitions } from "../stage-definitions.ts";

/** A stage, with the reasons to run it again. */
export interface StageState {
  stage: Stage;
  /** Empty if its output is up to date. */
  reasons: string[];
  /** The manifest of the first table that it wrote, if there is one. */
  manifest?: Manifest;
}

/** The stages of an experiment, each after those that it reads. */
export function stageStates(experiment: Experiment, definitions: StageDefinitions): StageState[] {
  const root = repositoryRoot(experiment.folder);
  const now = {
    root,
    experiment,
    definitions,
    model: tryHash(() => hashModel(modelFolder(experiment.model, root))),
  };
  const states = new Map<string, StageState>();
  for (const stage of inOrder(experiment)) states.set(renderRef(stage.home), stateOf(stage, states, now));
  return [...states.values()];
}

/** The current state, with which manifests are compared. */
interface Now {
  root: string;
  experiment: Experiment;
  definitions: StageDefinitions;
  /** Hash of the base model; undefined if it cannot be read. */
  model: string | undefined;
}

/** Stages after those that they read, in the order of the experiment otherwise. There are no cycles. */
function inOrder({ stages }: Experiment): Stage[] {
  const byHome = new Map([...stages.values()].map((stage) => [renderRef(stage.home), stage]));
  const ordered = new Set<Stage>();
  const open = [...stages.values()].reverse();
  for (let stage = open.at(-1); stage !== undefined; stage = open.at(-1)) {
    const missing = Object.values(stage.inputs)
      .flat()
      .flatMap((ref) => byHome.get(renderRef(ref)) ?? [])
      .filter((source) => !ordered.has(source));
    if (missing.length === 0) ordered.add(stage);
    if (ordered.has(stage)) open.pop();
    else open.push(...missing.reverse());
  }
  return [...ordered];
}

function stateOf(stage: Stage, states: ReadonlyMap<string, StageState>, now: Now): StageState {
  const { file } = schemas.get(stage.kind.outputs[0]!)!;
  const table = join(folderOf(now.root, stage.home), file);
  if (!existsSync(table)) return { stage, reasons: ["it has never run"] };
  try {
    const manifest = readManifest(table);
    return { stage, manifest, reasons: differences(stage, manifest, states, now) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { stage, reasons: [`its output cannot be read: ${error.problem}`] };
  }
}

function differences(
  stage: Stage,
  manifest: Manifest,
  states: ReadonlyMap<string, StageState>,
  now: Now,
): string[] {
  const { experiment, root } = now;
  return [
    ...changedInputs(stage, manifest, states, now),
    ...(manifest.inputs.model === now.model ? [] : ["the base model has changed"]),
    ...(manifest.seed === experiment.seed ? [] : [`seed was ${manifest.seed}, is ${experiment.seed}`]),
    ...changedCommand(stage, manifest, root),
    // Different programs share neither code nor configuration.
    ...(manifest.outside?.command === stage.run
      ? [...changedCode(stage, manifest), ...changedConfig(stage, manifest, now.definitions)]
      : []),
    ...changedFiles(stage, manifest, experiment.folder),
  ];
}

/** Input stages that run again, and those whose tables have changed since they were read. */
function changedInputs(
  { inputs, home, kind }: Stage,
  manifest: Manifest,
  states: ReadonlyMap<string, StageState>,
  { root }: Now,
): string[] {
  const nameOf = (ref: StageRef) => (ref.experiment === home.experiment ? ref.stage : renderRef(ref));
  const isTable = (key: string) => key.endsWith(".arrow") && Object.hasOwn(kind.roles, key.split("/")[0]!);
  const read = new Set(Object.keys(manifest.inputs).filter(isTable));
  const reasons = Object.entries(inputs).flatMap(([role, refs]) =>
    refs.flatMap((ref) => {
      const folder = folderOf(root, ref);
      const name = nameOf(ref);
      const tables = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".arrow")) : [];
      const keys = tables
        .filter((file) => file !== speedSchema.file)
        .map((file) => `${role}/${name}/${file}`);
      for (const key of keys) read.delete(key);
      if (tables.length === 0) return [`${name} has never run`];
      if ((states.get(renderRef(ref))?.reasons.length ?? 0) > 0) return [`${name} runs again`];
      const same = keys.every(
        (key) => manifest.inputs[key] === readManifest(join(folder, key.split("/").at(-1)!)).sha256,
      );
      return same ? [] : [`${name} has changed`];
    }),
  );
  const gone = new Set([...read].map((key) => key.split("/")[1]!));
  return [...new Set([...reasons, ...[...gone].map((name) => `it no longer reads ${name}`)])];
}

function changedConfig(
  { uses, config, run }: Stage,
  manifest: Manifest,
  definitions: StageDefinitions,
): string[] {
  const schema = run === undefined ? definitions.get(uses)?.configSchema : undefined;
  const parsed = schema ? tryConfig(schema, config) : { config };
  if (!("config" in parsed)) return ["its configuration has mistakes"];
  // The manifest counts left-out rows in its configuration, and has batches that the memory made smaller.
  const { leftOut: _, batches: __, ...before } = manifest.config as Record<string, unknown>;
  return changes(before, JSON.parse(JSON.stringify(parsed.config)), "config");
}

/** Differences between two configurations, by path. */
function changes(before: unknown, now: unknown, path: string): string[] {
  if (isRecord(before) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => changes(before[key], now[key], `${path}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(now) && before.length === now.length)
    return now.flatMap((value, i) => changes(before[i], value, `${path}[${i}]`));
  if (
    before === now ||
    (before !== undefined && now !== undefined && canonicalJson(before) === canonicalJson(now))
  )
    return [];
  const render = (value: unknown) => (value === undefined ? "not set" : renderValue(value));
  return [`${path} was ${render(before)}, is ${render(now)}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Changes in files and folders that its configuration names: the manifest has the hash of each file, and of those of a folder
 * that were read as "KEY/NAME".
 */
function changedFiles({ kind, config, run }: Stage, manifest: Manifest, folder: string): string[] {
  const read = new Set(Object.values(manifest.inputs));
  const isSame = (file: string, hash?: string) => {
    const now = tryHash(() => hashFile(resolve(folder, file)));
    return now !== undefined && (hash === undefined ? read.has(now) : hash === now);
  };
  const named = run === undefined ? configFiles(kind, config) : [];
  return named.flatMap(({ path, file, isFolder }) => {
    const key = `${path.join(".")}/`;
    const inside = Object.entries(manifest.inputs).filter(([name]) => isFolder && name.startsWith(key));
    const same = isFolder
      ? inside.every(([name, hash]) => isSame(join(file, name.slice(key.length)), hash))
      : isSame(file);
    return same ? [] : [`${file} has changed`];
  });
}

/** The code of its package and of those it depends on; an outside command depends only on the contracts. */
function changedCode({ kind, run }: Stage, { code }: Manifest): string[] {
  return code === codeHash(run === undefined ? kind.package : "artifacts") ? [] : ["its code has changed"];
}

/** Changes of an outside command and of the files it names. */
function changedCommand({ run }: Stage, { outside }: Manifest, root: string): string[] {
  if (outside?.command !== run)
    return [run === undefined ? "it was done by a command" : "its command has changed"];
  return Object.entries(outside?.files ?? {}).flatMap(([file, hash]) =>
    tryHash(() => hashFile(resolve(root, file))) === hash ? [] : [`${file} has changed`],
  );
}

function folderOf(root: string, { experiment, stage }: StageRef): string {
  return outputFolder(root, experiment, stage);
}

/** A hash; undefined if the file cannot be read. */
function tryHash(hash: () => string): string | undefined {
  try {
    return hash();
  } catch {
    return undefined;
  }
}
