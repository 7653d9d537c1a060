/** The small tables of finished experiments, kept where they can be committed and read by `ft findings`. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  circuitsSchema,
  type Experiment,
  manifestPath,
  outputFolder,
  readText,
  repositoryRoot,
  type Stage,
  type StageRef,
  scoresSchema,
  swapFolder,
  tablePath,
} from "@ft/artifacts";
import { RECORD_FILE, resultTables } from "@ft/report";

/** Scores are kept only of few checkpoints: of exact patching, and of what is compared with it. In bytes. */
const MOST_SCORES = 600_000;

/**
 * Copies the tables of an experiment's stages to `folder/EXPERIMENT/STAGE`, with their manifests. The experiment's own folder
 * is replaced as a whole; stages that it shares with others are replaced one by one. Nothing is written if all of it is
 * there already.
 *
 * @param record what to keep next to it; not part of any hash
 * @returns whether anything was written
 */
export async function keepResults(experiment: Experiment, folder: string, record: unknown): Promise<boolean> {
  const root = repositoryRoot(experiment.folder);
  const kept = [...experiment.stages.values()].map((stage) => keptStage(root, experiment, stage));
  const isOwn = ({ home }: KeptStage) => home.experiment === experiment.name;
  const target = ({ home }: KeptStage) => join(folder, home.experiment, home.stage);
  let written = false;
  for (const stage of kept.filter((one) => !isOwn(one))) {
    if (stage.files.length === 0 || isSame(stage, target(stage))) continue;
    await swapFolder(target(stage), (temporary) => copy(stage, temporary));
    written = true;
  }
  const own = kept.filter((stage) => isOwn(stage) && stage.files.length > 0);
  const place = join(folder, experiment.name);
  if (own.every((stage) => isSame(stage, target(stage))) && namesIn(place).length === own.length + 1)
    return written;
  await swapFolder(place, (temporary) => {
    for (const stage of own) {
      const to = join(temporary, stage.home.stage);
      mkdirSync(to);
      copy(stage, to);
    }
    writeFileSync(join(temporary, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
  });
  return true;
}

/** A stage, the folder of its output, and the tables of it that are kept. */
interface KeptStage {
  home: StageRef;
  from: string;
  files: string[];
}

function keptStage(root: string, { stages }: Experiment, { home }: Stage): KeptStage {
  const from = outputFolder(root, home.experiment, home.stage);
  const reports = [...stages.values()].filter(({ uses }) => uses === "report");
  const isIn = (role: string) =>
    reports.some(({ inputs }) =>
      inputs[role]?.some((ref) => ref.experiment === home.experiment && ref.stage === home.stage),
    );
  // Circuits of parts of the examples: only their comparisons are read.
  const left = isIn("comparisons") && !isIn("circuits") ? [circuitsSchema.file] : [];
  const files = resultTables.map(({ file }) => file).filter((file) => !left.includes(file));
  const scores = tablePath(from, scoresSchema);
  if (existsSync(scores) && statSync(scores).size <= MOST_SCORES) files.push(scoresSchema.file);
  return { home, from, files: files.filter((file) => existsSync(join(from, file))) };
}

function copy({ from, files }: KeptStage, to: string): void {
  for (const file of files)
    for (const path of [join(from, file), manifestPath(join(from, file))])
      copyFileSync(path, join(to, path.slice(from.length + 1)));
}

function isSame({ from, files }: KeptStage, to: string): boolean {
  return (
    namesIn(to).length === 2 * files.length &&
    files.every((file) => {
      const there = join(to, file);
      return (
        existsSync(manifestPath(there)) &&
        readText(manifestPath(there)) === readText(manifestPath(join(from, file)))
      );
    })
  );
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
