/** What a model takes on this machine, measured: reading it, updates of LoRA, attributing and evaluating prompts. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import {
  describeBackend,
  formatBytes,
  formatInteger,
  type Seconds,
  timeOnce,
  totalBytes,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import {
  attributionCosts,
  evaluateCircuits,
  evaluationCosts,
  loadCircuitModel,
  type Pair,
  sampleCircuit,
  scoreGraph,
} from "@ft/circuits";
import { preview } from "@ft/data";
import {
  countParameters,
  createTrainable,
  type LoadedModel,
  loadModel,
  loadModelConfig,
  loraOnEveryLinear,
} from "@ft/model";
import { asSequence, trainingWork, trainStep } from "@ft/train";

/** Examples of an update, and its adapter's rank. */
const BATCH = 32;
const RANK = 8;

/** The measured jobs, each in a process of its own, so that their memory is known. */
export const measuredJobs = ["update", "attribution", "evaluation"] as const;
export type MeasuredJob = (typeof measuredJobs)[number];

/** What a process measured. */
export interface Measured {
  backend: string;
  /** Reading the model and putting it on the backend. */
  loading: Seconds;
  /** An update, or an example attributed or evaluated. */
  each: Seconds;
  /** The most memory that the process had at once, and what was expected. */
  peakBytes: number;
  expectedBytes: number;
}

/**
 * Measures a job in this process.
 * @param examples attributed or evaluated
 */
export async function measureJob(folder: string, job: MeasuredJob, examples: number): Promise<Measured> {
  const model = await loadModel(folder);
  const rows = await preview({
    model: folder,
    config: { task: "add-sub", options: { within: 100 }, examples: Math.max(BATCH, examples) },
  });
  const pairs = rows.map(
    ({ cleanTokens, corruptedTokens, answerToken }): Pair => ({
      ...{ clean: cleanTokens, corrupted: corruptedTokens, answer: answerToken },
    }),
  );
  const ops = await openBackend({ mute: true, modelParameters: countParameters(model.config) });
  const prepared = { update, attribution, evaluation }[job](model, pairs, examples);
  let run: () => void = () => {};
  const loading = timeOnce(() => {
    run = prepared.load(ops);
  });
  if (job === "update") run(); // the first one also allocates
  const all = timeOnce(run);
  const count = job === "update" ? 1 : Math.min(examples, pairs.length);
  return {
    backend: describeBackend(ops.info),
    loading,
    each: { wall: all.wall / count, cpu: all.cpu / count },
    peakBytes: peakBytes(),
    expectedBytes: prepared.bytes,
  };
}

interface PreparedJob {
  /** Expected at the peak. */
  bytes: number;
  /** Loads the model; returns what is timed. */
  load(ops: Awaited<ReturnType<typeof openBackend>>): () => void;
}

function update(model: LoadedModel, pairs: readonly Pair[]): PreparedJob {
  const { config } = model;
  const adapter = loraOnEveryLinear(config, RANK);
  const sequences = pairs
    .slice(0, BATCH)
    .map(({ clean, answer }) => asSequence({ tokens: [...Array.from(clean)], answer }));
  const { memory } = trainingWork(
    config,
    adapter,
    { sequences, questions: [] },
    { micro: BATCH, scoring: 1 },
  );
  let step = 0;
  return {
    bytes: totalBytes(memory),
    load(ops) {
      const trainable = createTrainable(ops, model, adapter, 1);
      return () => {
        step++;
        trainStep(ops, trainable, sequences, BATCH, { learningRate: 1e-4, step });
      };
    },
  };
}

function attribution(model: LoadedModel, pairs: readonly Pair[], examples: number): PreparedJob {
  const own = pairs.slice(0, examples);
  return {
    bytes: totalBytes(attributionCosts(model, own, {}).memory),
    load(ops) {
      const loaded = loadCircuitModel(ops, model);
      return () => void scoreGraph(ops, loaded, own);
    },
  };
}

function evaluation(model: LoadedModel, pairs: readonly Pair[], examples: number): PreparedJob {
  const own = pairs.slice(0, examples);
  const circuit = sampleCircuit(model.config);
  return {
    bytes: totalBytes(evaluationCosts(model, own, {}).memory),
    load(ops) {
      const loaded = loadCircuitModel(ops, model);
      return () => void evaluateCircuits(ops, loaded, own, [circuit]);
    },
  };
}

/** The most memory that this process had, by Linux's own account where there is one. */
function peakBytes(): number {
  try {
    const line = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"));
    if (line) return 1024 * Number(line[1]);
  } catch {
    // Elsewhere getrusage is asked.
  }
  return 1024 * process.resourceUsage().maxRSS;
}

const NAMES: Readonly<Record<MeasuredJob, [loading: string, each: string]>> = {
  update: ["reading the model to train", `an update of LoRA, rank ${RANK}, ${BATCH} examples`],
  attribution: ["reading and folding the model", "an example attributed (EAP-IG, KL, 5 steps)"],
  evaluation: ["reading and folding the model", "an example in three evaluation runs"],
};

/**
 * Measures every job, each in a process of its own.
 *
 * @param run the command that measures a job in its own process and prints the result as JSON
 * @returns a table in Markdown
 */
export async function measureModel(
  folder: string,
  run: (job: MeasuredJob) => readonly string[],
): Promise<string[]> {
  const config = await loadModelConfig(folder);
  const load = loadavg()[0]!;
  const rows: string[][] = [];
  let backend = "";
  for (const job of measuredJobs) {
    const [program, ...args] = run(job) as [string, ...string[]];
    const output = execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    const measured = JSON.parse(output.trim().split("\n").at(-1)!) as Measured;
    backend = measured.backend;
    const [reading, each] = NAMES[job];
    rows.push([reading, ...seconds(measured.loading), "", ""]);
    const { peakBytes, expectedBytes } = measured;
    rows.push([each, ...seconds(measured.each), formatBytes(peakBytes), formatBytes(expectedBytes)]);
  }
  const { family, layers, dModel } = config;
  return [
    `${family}, ${layers} layers of width ${dModel}, ${formatInteger(countParameters(config))} parameters; ${backend}; load ${load.toFixed(1)} before`,
    "",
    "| work | CPU | wall | peak memory | expected |",
    "|---|--:|--:|--:|--:|",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
  ];
}

function seconds({ cpu, wall }: Seconds): [string, string] {
  return [`${Number(cpu.toPrecision(3))} s`, `${Number(wall.toPrecision(3))} s`];
}
