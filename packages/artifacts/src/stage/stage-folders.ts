import { basename, dirname, join } from "node:path";

/** Where a stage's output goes. */
export function outputFolder(root: string, experiment: string, stage: string): string {
  return join(root, "runs", experiment, stage);
}

/** How a manifest names an input stage: by its name, with its experiment's and a dot before it if that is another one. */
export function inputName(experimentFolder: string, stageFolder: string): string {
  const folder = dirname(stageFolder);
  const stage = basename(stageFolder);
  return folder === experimentFolder ? stage : `${basename(folder)}.${stage}`;
}

/** The folder of the stage that {@link inputName} named. @param experimentFolder of the stage that read it, in runs/ */
export function inputFolder(experimentFolder: string, name: string): string {
  const [stage = "", experiment] = name.split(".").reverse();
  return experiment === undefined
    ? join(experimentFolder, stage)
    : join(dirname(experimentFolder), experiment, stage);
}

/**
 * Where an outside command's output is checked, and stays if it is refused. Hidden next to the outputs, so it is not
 * mistaken for one; the stage's next run removes it.
 */
export function refusedFolder(root: string, experiment: string, stage: string): string {
  return join(root, "runs", experiment, `.${stage}.refused`);
}

/** Where a stage keeps the parts of its work, see {@link partFolder}. */
export function workFolder(root: string, experiment: string, stage: string): string {
  return join(root, ".cache", "work", experiment, stage);
}
