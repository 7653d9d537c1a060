export { Experiments, loadExperiment, placeOf, stageNamed, writtenAt } from "./experiment.js";
export { configFiles } from "./files.js";
export { kindNamed, kinds } from "./kinds/index.js";
export { programOf } from "./kinds/kind.js";
export { mergeAt } from "./layers.js";
export { methodParts } from "./method-parts.js";
export {
  findSnapshot,
  hubCache,
  hubHome,
  linkedFolders,
  repositoryFolder,
  snapshotFolder,
  snapshotName,
} from "./models/hub-cache.js";
export {
  absenceMark,
  decidingFiles,
  INDEX_FILE,
  indexedFiles,
  isWeightsName,
  missingFiles,
  TOKENIZER_FILE,
  WEIGHTS_FILE,
} from "./models/model-files.js";
export { isHere, modelFolder } from "./models/model-folder.js";
export { COMMIT, isHubId, parseHubModel, renderHubModel } from "./models/model-name.js";
export { isName, isRunName, runName, splitRunName } from "./names.js";
export {
  EXPERIMENT_FILE,
  experimentNames,
  experimentsFolder,
  lacksWeights,
  nameOfFile,
  repositoryRoot,
  VARIANT_FILE,
  WEIGHTS_TAG,
} from "./places.js";
export { renderPath } from "./problems.js";
export { renderRef } from "./resolve.js";
export { experimentKeys, stageKeys } from "./shape.js";

/**
 * @typedef {import("./experiment.js").Experiment} Experiment
 * @typedef {import("./experiment.js").ExperimentFile} ExperimentFile
 * @typedef {import("./kinds/kind.js").Resources} Resources
 * @typedef {import("./kinds/kind.js").Role} Role
 * @typedef {import("./kinds/kind.js").StageKind} StageKind
 * @typedef {import("./models/hub-cache.js").Snapshot} Snapshot
 * @typedef {import("./models/model-name.js").HubModel} HubModel
 * @typedef {import("./problems.js").Place} Place
 * @typedef {import("./problems.js").Problems} Problems
 * @typedef {import("./resolve.js").Stage} Stage
 * @typedef {import("./resolve.js").StageRef} StageRef
 */
