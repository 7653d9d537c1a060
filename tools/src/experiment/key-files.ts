import { type Experiment, repositoryRoot, type Stage } from "@ft/artifacts";

type StageFiles = (
  stage: Pick<Stage, "kind" | "run" | "config">,
  folders: { root: string; experimentFolder: string },
) => string[];

/** The Nx plugin, plain JavaScript that runs before any build, at the same relative path from `src` and `dist`. */
const PLUGIN = new URL("../../nx/stage-files.mjs", import.meta.url);

/**
 * For every stage that runs an outside command: the files whose changes make it run again.
 *
 * @returns a line for each, in the order of the stages; a warning for a command that names no file
 */
export async function describeKeyFiles({ file, folder, stages }: Experiment): Promise<string[]> {
  const { stageFiles }: { stageFiles: StageFiles } = await import(PLUGIN.href);
  const folders = { root: repositoryRoot(file), experimentFolder: folder };
  return [...stages]
    .filter(([, stage]) => stage.run !== undefined)
    .map(([name, stage]) => {
      const files = stageFiles(stage, folders);
      return files.length > 0
        ? `stage ${name} runs again when one of these files changes: ${files.join(", ")}`
        : `stage ${name}: \`run\` names no file, so it does not run again when its program changes; --skip-nx-cache of Nx runs it again`;
    });
}
