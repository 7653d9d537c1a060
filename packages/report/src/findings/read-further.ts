/** The kept tables of an experiment's stages that its report does not read. */
import { existsSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import {
  changesSchema,
  circuitsSchema,
  evaluationSchema,
  inputFolder,
  type LearningRateRow,
  learningRatesSchema,
  type Manifest,
  readManifest,
  readRuns,
  readTable,
  scoresSchema,
  subfolders,
  UserError,
} from "@ft/artifacts";
import { readEvaluatedCircuits } from "../evaluated-circuits.ts";
import { type FurtherCircuits, type RunCircuits, readRankings } from "../further-circuits.ts";

/**
 * The learning rates that train stages chose, or took from stages of the role `rates` where their tables are there: these have
 * all rates that were tried.
 *
 * @param trained folders of train stages
 * @throws UserError if a table of rates is not the one that was read
 */
export function readTriedRates(trained: readonly string[]): {
  rows: LearningRateRow[];
  tables: ReadonlyMap<string, string>;
} {
  const tables = new Map<string, string>();
  const folders = trained.flatMap((folder) => {
    const file = join(folder, learningRatesSchema.file);
    if (!existsSync(file)) return [];
    const { inputs } = readManifest(file);
    const given = Object.entries(inputs)
      .filter(([path]) => path.startsWith("rates/") && path.endsWith(`/${learningRatesSchema.file}`))
      .map(([path, hash]) => ({ folder: inputFolder(dirname(folder), path.split("/")[1]!), hash }))
      .filter((one) => existsSync(join(one.folder, learningRatesSchema.file)));
    for (const one of given) {
      const chosen = join(one.folder, learningRatesSchema.file);
      if (readManifest(chosen).sha256 !== one.hash) throw notRead(chosen, folder);
      tables.set(pathIn(chosen), one.hash);
    }
    return given.length > 0 ? given.map((one) => one.folder) : [folder];
  });
  return { rows: [...new Set(folders)].flatMap((folder) => readTable(folder, learningRatesSchema)), tables };
}

/** A table's path in the folder of all experiments. */
const pathIn = (file: string) => file.split(sep).slice(-3).join(sep);

function notRead(file: string, by: string): UserError {
  return new UserError("the table is not the one that was read here", {
    file: by,
    value: pathIn(file),
    remedy: "run both stages again, or copy both from the same run",
  });
}

/** A table of one of the experiment's stages. */
interface KeptTable {
  folder: string;
  stage: string;
  file: string;
  manifest: Manifest;
}

/** The method of attribution that measures effects in place of estimating them. */
const EXACT = "exact";
/** The size of circuits in the paper, if none was selected by exact patching. */
const MAIN_SIZE = 0.05;

export interface Further extends FurtherCircuits {
  /** SHA-256 of the tables that were read, by their paths in the folder of all experiments. */
  tables: ReadonlyMap<string, string>;
}

/**
 * Reads the circuits of other adapters than the probe's, and what exact patching gives, from the experiment's own stages.
 *
 * @param own folder of the experiment: STAGE/TABLE.arrow
 * @param probe folder of the circuits that the report reads; undefined if it reads none
 * @throws UserError if a stage read other circuits or scores than those next to it
 */
export function readFurther(own: string, probe: string | undefined): Further {
  const used = new Map<string, string>();
  const circuits = tablesOf(own, "circuits", circuitsSchema);
  const evaluations = tablesOf(own, "evaluate", evaluationSchema);
  const scores = tablesOf(own, "attribute", scoresSchema);
  const foldersOf = (tables: readonly KeptTable[]) =>
    tables.map(({ folder, stage, file, manifest }) => {
      used.set(join(basename(own), stage, file), manifest.sha256);
      return folder;
    });

  /** Circuits with their evaluations and their changes. */
  function withChanges(of: readonly KeptTable[]): RunCircuits {
    const judging = evaluations.filter((table) => of.some((read) => isReadBy(table, read)));
    const changes = tablesOf(own, "circuits", changesSchema).filter(({ stage }) =>
      of.some((one) => one.stage === stage),
    );
    return {
      circuits: readEvaluatedCircuits(foldersOf(of), foldersOf(judging)),
      changes: readRuns(foldersOf(changes), changesSchema).filter(({ sample }) => sample === "all"),
    };
  }

  const read = probe && join(probe, circuitsSchema.file);
  const runsOfProbe = read && existsSync(read) ? readManifest(read).runs : null;
  const adapters = circuits.filter(({ manifest: { runs } }) => runsOfProbe && !isEqual(runs, runsOfProbe));
  const patched = scores.find(({ manifest }) => attributionOf(manifest).method === EXACT);
  const compared = scores.filter((table) => patched && isComparable(patched.manifest, table.manifest));
  const exact = withChanges(circuits.filter((table) => patched && isReadBy(table, patched)));
  return {
    adapters: withChanges(adapters),
    exact,
    rankings: compared.flatMap((table) => {
      const [reference, folder] = foldersOf([patched!, table]);
      const { method = "unknown", examples = null } = attributionOf(table.manifest);
      return readRankings(
        reference!,
        { folder: folder!, method, examples },
        exact.changes[0]?.size ?? MAIN_SIZE,
      );
    }),
    tables: used,
  };
}

/** The tables of one schema that stages of a kind wrote. */
function tablesOf(own: string, uses: string, { file }: { file: string }): KeptTable[] {
  return subfolders(own).flatMap((stage) => {
    const folder = join(own, stage);
    if (!existsSync(join(folder, file))) return [];
    const manifest = readManifest(join(folder, file));
    return manifest.producer?.uses === uses ? [{ folder, stage, file, manifest }] : [];
  });
}

/**
 * Whether a table was made from another one.
 * @throws UserError if it was made from that of the same name, but not from what is there
 */
function isReadBy({ folder, manifest }: KeptTable, other: KeptTable): boolean {
  const read = Object.entries(manifest.inputs).find(([path]) =>
    path.endsWith(`/${other.stage}/${other.file}`),
  );
  if (!read || read[1] === other.manifest.sha256) return read !== undefined;
  throw notRead(join(other.folder, other.file), folder);
}

/** The settings of an attribute stage that decide what its scores can be compared with. */
interface Attribution {
  method?: string;
  examples?: number;
  metric?: string;
  ablation?: string;
  model?: string;
}

const attributionOf = ({ config }: Manifest) => Object(config) as Attribution;

/** Whether scores are of the same runs, examples, metric and ablation as those by exact patching. */
function isComparable(exact: Manifest, other: Manifest): boolean {
  const [a, b] = [attributionOf(exact), attributionOf(other)];
  const keys = ["examples", "metric", "ablation", "model"] as const;
  return b.method !== EXACT && keys.every((key) => a[key] === b[key]) && isEqual(exact.runs, other.runs);
}

const isEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
