import { join } from "node:path";

/** Where a stage's output goes. */
export function outputFolder(root: string, experiment: string, stage: string): string {
  return join(root, "runs", experiment, stage);
}

/** Where a stage keeps what a later try can go on from, by configuration and inputs. */
export function workFolder(root: string, experiment: string, stage: string, key: string): string {
  return join(workFolders(root, experiment, stage), key);
}

/** Where all of a stage's work folders lie. */
export function workFolders(root: string, experiment: string, stage: string): string {
  return join(root, ".cache", "work", experiment, stage);
}
