export {
  addressLimit,
  addressRemedy,
  bulleted,
  cacheFolder,
  canonicalJson,
  didYouMean,
  type ErrorPlace,
  hashFile,
  hashOf,
  isAlive,
  manifestPath,
  nearest,
  type PickleValue,
  parseJson,
  parseTorch,
  RECOGNISED_BYTES,
  readJson,
  readText,
  readTorch,
  readZip,
  refuseOtherKinds,
  regularFile,
  renderValue,
  runProgram,
  TorchTensor,
  type TorchWritable,
  torchBytes,
  UserError,
  writeZip,
} from "@ft/bytes";
export {
  type Experiment,
  type ExperimentFile,
  Experiments,
  INDEX_FILE,
  isWeightsName,
  kindNamed,
  kinds,
  loadExperiment,
  modelFolder,
  type Place,
  type Problems,
  placeOf,
  programOf,
  renderRef,
  repositoryRoot,
  type Stage,
  type StageKind,
  type StageRef,
  stageNamed,
  WEIGHTS_FILE,
  writtenAt,
} from "@ft/experiment";
export type { ConfigProblem } from "./config/describe-issues.ts";
export { parseConfig, tryConfig } from "./config/parse-config.ts";
export { reportFailure } from "./errors/report-failure.ts";
export { AtomicFile, tryWriting, writeFileAtomic } from "./files/atomic-file.ts";
export { modelFile } from "./files/model-file.ts";
export { subfolders } from "./files/subfolders.ts";
export { swapFolder } from "./files/swap-folder.ts";
export { codeHash } from "./manifest/code.ts";
export {
  countLeftOut,
  describeLeftOut,
  type LeftOut,
  leftOutConfig,
  leftOutOf,
} from "./manifest/left-out.ts";
export { isTableManifest, type Manifest, type Provenance } from "./manifest/manifest.ts";
export { createProvenance, describeBackend, withBatches } from "./manifest/provenance.ts";
export { readManifest } from "./manifest/read-manifest.ts";
export {
  describeManifest,
  type VerifiedManifest,
  verifiableFiles,
  verifyFile,
} from "./manifest/verify-file.ts";
export { sealFile, writeSealedFile } from "./manifest/write-manifest.ts";
export { createProgress, silentProgress } from "./progress/create-progress.ts";
export type { Progress } from "./progress/progress.ts";
export { duration } from "./progress/rate.ts";
export { type Random, seededRandom } from "./random/seeded-random.ts";
export { type AnswerRow, answersSchema, heldOutSplits } from "./schemas/answers.ts";
export { type BaselineRow, baselinesSchema } from "./schemas/baselines.ts";
export { type ChangeRow, changesSchema } from "./schemas/changes.ts";
export { type CheckpointRow, checkpointsSchema } from "./schemas/checkpoints.ts";
export { type CircuitKey, type CircuitRow, circuitsSchema } from "./schemas/circuits.ts";
export { type ComparisonRow, comparisonKinds, comparisonsSchema } from "./schemas/comparisons.ts";
export { type DatasetRow, datasetSchema, splits } from "./schemas/dataset.ts";
export { type EdgeRow, edgesSchema } from "./schemas/edges.ts";
export { type EvaluationRow, evaluationSchema } from "./schemas/evaluation.ts";
export { type GradientRow, gradientsSchema } from "./schemas/gradients.ts";
export { schemas } from "./schemas/index.ts";
export { type KindRow, kindsSchema } from "./schemas/kinds.ts";
export { type LayerRow, layerRules, layersSchema } from "./schemas/layers.ts";
export { edgeOf, type LearningRateRow, learningRatesSchema } from "./schemas/learning-rates.ts";
export { type MetricsRow, metricsSchema } from "./schemas/metrics.ts";
export { type OrderRow, orderSchema } from "./schemas/order.ts";
export { type PlanRow, planSchema, settingsText } from "./schemas/plan.ts";
export {
  byRun,
  type CheckpointKey,
  describeCheckpoint,
  describeRun,
  isSameCheckpoint,
  isSameRun,
  RANDOM_MODEL,
  type RunKey,
} from "./schemas/run.ts";
export type { AnySchema, Column, ColumnType, RowOf, TableSchema } from "./schemas/schema.ts";
export { type ScoresRow, scoresSchema } from "./schemas/scores.ts";
export { type SpeedRow, speedSchema } from "./schemas/speed.ts";
export { type SummaryRow, summarySchema } from "./schemas/summary.ts";
export { type Dtype, dtypes, type TensorRow, tensorsSchema } from "./schemas/tensors.ts";
export { checkStageOutput } from "./stage/check-output.ts";
export { defineStage, type StageWork } from "./stage/define-stage.ts";
export { recordedDuration } from "./stage/durations.ts";
export {
  type EstimateContext,
  type Expected,
  expectedOf,
  type Need,
  type StageEstimate,
  UnknownInput,
  type WorkKind,
  workKinds,
} from "./stage/estimate.ts";
export { hashModel, modelOrigin } from "./stage/hash-model.ts";
export {
  describeMemory,
  MEMORY_VARIABLE,
  type MemoryPart,
  memoryBudget,
  memoryError,
  PROCESS_MEMORY,
  parseMemory,
  type Refusal,
  totalBytes,
} from "./stage/memory.ts";
export {
  type PreparedStage,
  prepareStage,
  type StageChoice,
  type StageContract,
} from "./stage/prepare-stage.ts";
export { runStage } from "./stage/run-stage.ts";
export { perUnit, type Seconds, type Speeds, timeOf, timeOnce } from "./stage/speed.ts";
export type { AnyStage, ConfigContext, RoleContract, StageContext, StageDefinition } from "./stage/stage.ts";
export { chosenStage, parseStageArguments } from "./stage/stage-arguments.ts";
export { inputFolder, outputFolder } from "./stage/stage-folders.ts";
export { stageMain } from "./stage/stage-main.ts";
export { partFolder, type WorkPart } from "./stage/work-parts.ts";
export { pythonLines } from "./tables/arrow-schema.ts";
export { scanUnsealed } from "./tables/check-table.ts";
export { readRuns, type TrainStage, trainStageOf } from "./tables/read-runs.ts";
export { readTable, scanTable } from "./tables/read-table.ts";
export { sealTable } from "./tables/seal-table.ts";
export { tablePath } from "./tables/table-path.ts";
export { writeTable } from "./tables/write-table.ts";
export { counted, formatBytes, formatInteger } from "./text/format-number.ts";
