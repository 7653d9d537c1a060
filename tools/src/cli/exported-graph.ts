/** A circuit with all scores, from a stage or a graph file, as files of the EAP-IG library and as a submission to MIB. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  circuitsSchema,
  codeHash,
  counted,
  createProvenance,
  hashFile,
  hashModel,
  type Provenance,
  swapFolder,
  UserError,
  verifyFile,
  writeFileAtomic,
} from "@ft/artifacts";
import {
  type CircuitFormat,
  type CircuitToWrite,
  checkGraphName,
  circuitOf,
  createGraph,
  findCircuit,
  isGraphFile,
  mibCircuits,
  mibImportances,
  mibNames,
  type NodeForm,
  readGraphFile,
  readScores,
  sizeOf,
  writeGraphFile,
} from "@ft/graph";
import { graphShape, loadModelConfig } from "@ft/model";
import { obtainModel } from "../hub/obtain-model.ts";
import { curveRule } from "./evaluate-curve.ts";
import { scoresOf } from "./exported-edges.ts";
import { baseModelOf } from "./open-model.ts";
import { checkOut } from "./provenance.ts";

/** The checkpoint of a stage, the size of its circuit, and its base model. */
export interface GraphPick {
  plan?: string;
  draw?: number;
  seed?: number;
  step?: number | "first" | "last";
  /** Share of all edges. */
  size?: number;
  /** The base model, whose width graph files have. @default that of the graph file, or of the stage's experiment */
  model?: string;
}

/**
 * Writes a graph file.
 *
 * @param path a graph file, or the folder or table of a circuits or attribute stage
 * @returns the file in words
 * @throws UserError if there is not exactly one circuit, its q, k and v are collapsed, or its width is not known
 */
export async function exportGraph(
  path: string,
  { out, nodes: nodeForm, ...pick }: GraphPick & { out: string; nodes: NodeForm },
): Promise<string> {
  checkGraphName(out, { nodeForm });
  await checkOut(out, [path]);
  const { circuit, provenance } = await openCircuit(path, pick);
  writeGraphFile(out, { ...circuit, nodeForm }, provenance);
  return describe(circuit);
}

/** The folder of a task and a model, and what is in it. */
export interface MibExport extends GraphPick {
  /** The folder of the method, in which that of the task and model is made. */
  out: string;
  /** Task and model, such as "ioi_gpt2". */
  name: string;
  format: CircuitFormat;
  /** The rule that selects nine circuits; without one, scores are written. */
  circuits?: string | true;
}

/**
 * Writes the folder of a task and a model as MIB's README describes submissions. It has no manifest, since MIB expects
 * nothing else in it: the origin of the scores is in its files.
 *
 * @returns the folder in words, and a warning if MIB does not evaluate this task and model
 * @throws UserError as {@link exportGraph}, or if the folder is not empty
 */
export async function exportMib(
  path: string,
  options: MibExport,
): Promise<{ done: string; warning?: string }> {
  const { out, name, format, circuits, ...pick } = options;
  if (!/^[A-Za-z0-9.-]+_[A-Za-z0-9.-]+$/.test(name)) {
    throw new UserError("--name is not a task and a model joined by an underscore", {
      value: name,
      remedy: "write it as MIB does: ioi_gpt2, arc-easy_llama3",
    });
  }
  const folder = join(out, name);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UserError("the folder to write is not empty", {
      file: folder,
      remedy: "name another one as --out, or delete it",
    });
  const rule = circuits === undefined ? undefined : await curveRule(circuits, "--circuits");
  const { circuit } = await openCircuit(path, pick);
  if (circuit.scores.every((score) => score === 0))
    throw new UserError("a submission needs scores, and every edge's is 0", {
      file: path,
      remedy: "attribute first",
    });
  const files = rule ? mibCircuits(circuit, rule.rank(circuit), format) : mibImportances(circuit, format);
  await swapFolder(folder, (temporary) => {
    for (const [file, contents] of files) writeFileAtomic(join(temporary, file), contents);
  });
  const warning = `MIB evaluates no ${name}; it has ${mibNames.join(", ")}`;
  return {
    done: `${folder}: ${rule ? counted(files.size, "circuit") : `scores of ${circuit.graph.edges} edges`}`,
    ...(!mibNames.includes(name) && { warning }),
  };
}

/** A circuit with the scores of all edges. */
async function openCircuit(
  path: string,
  { model: named, ...pick }: GraphPick,
): Promise<{ circuit: CircuitToWrite; provenance: Provenance }> {
  const model = named === undefined ? undefined : await obtainModel(named);
  const config = { ...pick };
  if (isGraphFile(path)) {
    const [option, value] = Object.entries(pick).find(([, given]) => given !== undefined) ?? [];
    if (option !== undefined) {
      const remedy = "leave it out: a graph file holds one circuit";
      throw new UserError(`--${option} has no effect on a graph file`, { value, remedy });
    }
    const file = readGraphFile(path);
    const { nodeScores, names } = file;
    const circuit = circuitOf(file);
    if (file.dModel === undefined && model === undefined) {
      throw new UserError("the width of the residual stream is not known, which the library requires", {
        file: path,
        place: "cfg.d_model",
        remedy: "give the model as --model, or add d_model to the file",
      });
    }
    const dModel = model === undefined ? file.dModel : await widthOf(model, names.graph);
    const inputs = { graph: hashFile(path) };
    return {
      circuit: { ...circuit, dModel, ...(nodeScores && { nodeScores }) },
      provenance: createProvenance({ inputs, config, code: codeHash("tools") }),
    };
  }
  const wanted = { ...pick, step: pick.step ?? "last" };
  const found = findCircuit(path, wanted);
  const step = found.step!;
  const isSelected = found.file.endsWith(circuitsSchema.file);
  const file = isSelected ? scoresOf(found.file) : found.file;
  const scored = readScores(file, { ...wanted, step });
  const scores = verifyFile(file);
  const provenance = createProvenance({
    inputs: { scores: scores.sha256, ...(isSelected && { circuits: verifyFile(found.file).sha256 }) },
    runs: scores.runs,
    config: { ...config, step },
    code: codeHash("tools"),
  });
  const base = model ?? (await baseModelOf(file, scores.producer?.experiment));
  const dModel = await widthOf(base, scored.graph, scores.inputs.model);
  const { baseModel, backend } = scores;
  const attribution = {
    ...(scores.config as object),
    ...scores.inputs,
    ...(baseModel && { baseModel }),
    ...{ step, backend },
  };
  return { circuit: { ...scored, edges: found.circuit!.edges, dModel, attribution }, provenance };
}

/**
 * The width of the residual stream of a model.
 * @param hash what its files must have, if that is known
 * @throws UserError if it is not the model of the graph
 */
async function widthOf(folder: string, graph: CircuitToWrite["graph"], hash?: string): Promise<number> {
  const config = await loadModelConfig(folder);
  const isOther = hash !== undefined && hash !== hashModel(folder);
  if (!isOther && graph.equals(graphShape(config))) return config.dModel;
  throw new UserError("the model is not the one whose edges were scored", {
    file: folder,
    value: createGraph(graphShape(config)).describe(),
    remedy: `give the base model as --model: it has ${graph.describe()}`,
  });
}

function describe({ graph, edges }: CircuitToWrite): string {
  return `${graph.edges} edges scored, ${sizeOf(edges)} in the circuit`;
}
