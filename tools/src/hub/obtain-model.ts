import { createProgress, modelFolder } from "@ft/artifacts";
import { isHere, parseHubModel } from "@ft/experiment";

/**
 * The folder of a model, for commands. A model of the hub that is not in the download cache is downloaded, with progress on
 * standard error; one that is there is used as it is, without asking the hub for a newer commit.
 *
 * @param name a path, or a model of the hub (`hf://OWNER/NAME@REVISION`)
 * @param root where relative paths start. @default the working directory
 * @throws UserError as `modelFolder` and {@link fetchModel}
 */
export async function obtainModel(name: string, root?: string): Promise<string> {
  const model = parseHubModel(name);
  if (!model || isHere(name)) return modelFolder(name, root);
  const { fetchModel } = await import("./fetch-model.ts");
  const progress = createProgress();
  try {
    return (await fetchModel(model, { progress })).folder;
  } finally {
    progress.stop();
  }
}
