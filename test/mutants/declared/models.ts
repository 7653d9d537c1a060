/** Models by their names: the download cache, and downloads from the hub. */
import { type Area, mutantsOf } from "../mutant.ts";

const names = "packages/experiment/src/models";
const hub = "tools/src/hub";

export const models: Area = {
  name: "models",
  tests: [names, `${hub}/fetch-model`, "tools/nx/plugin", "packages/artifacts/src/stage/run-stage"],
  mutants: [
    ...mutantsOf(`${names}/model-name.js`, "isHubId", ["parts.length <= 2 &&", ""], ["&& !isKind", ""]),
    ...mutantsOf(`${names}/model-name.js`, "parseHubModel", [
      "revision.length > LONGEST_REVISION || !REVISION.test(revision)",
      "false",
    ]),
    ...mutantsOf(`${names}/model-files.js`, "missingFiles", [
      "if (!existsSync(absenceMark(folder, TOKENIZER_FILE)))",
      "",
    ]),
    ...mutantsOf(`${names}/model-files.js`, "weightFiles", ["existsSync(join(folder, WEIGHTS_FILE)) ||", ""]),
    ...mutantsOf(`${names}/hub-cache.js`, "readCommit", ["COMMIT.test(text) ? text : undefined", "text"]),
    ...mutantsOf(`${names}/hub-cache.js`, "linkedFolders", ["existsSync(join(shared, SHARED_MARK))", "true"]),
    ...mutantsOf("packages/artifacts/src/stage/hash-model.ts", "hashModel", [
      "isCached ? decidingFiles(folder) : filesIn(folder)",
      "filesIn(folder)",
    ]),
    ...mutantsOf("tools/nx/stage-project.mjs", "hubModelKey", ["{ commit, files", "{ files"]),
    ...mutantsOf(`${hub}/hub-fetch.ts`, "hubFetch", ["&& url.origin === origin", "&& url.origin !== origin"]),
    ...mutantsOf(`${hub}/hub-fetch.ts`, "retrying", ["attempt === attempts", "attempt > attempts"]),
    ...mutantsOf(
      `${hub}/download-file.ts`,
      "downloadFile",
      ["if (resumes && !(await isIntact(partial, file)))", "if (false)"],
      ["if (await isIntact(partial, file)) renameSync", "if (true) renameSync"],
      ["rmSync(partial, { force: true });", ""],
    ),
    ...mutantsOf(
      `${hub}/download-file.ts`,
      "fill",
      ["response.status !== 206 && done > 0", "false"],
      ["if (done < file.size) throw", "if (false) throw"],
      ["failures = 0; onBytes(piece.length);", "onBytes(piece.length);"],
    ),
    ...mutantsOf(`${hub}/fetch-model.ts`, "lockOf", ['"finetune-circuits.lock"', "String(Math.random())"]),
    ...mutantsOf(`${hub}/fetch-model.ts`, "openBytes", [
      "- (statSync(partialFile(blob), { throwIfNoEntry: false })?.size ?? 0)",
      "",
    ]),
  ],
};
