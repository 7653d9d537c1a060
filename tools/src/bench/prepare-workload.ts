/** Gets a shape's workload, from disk or made anew. */
import { join } from "node:path";
import { commandOf, contenders } from "./contenders.ts";
import { type ShapeName, shapes } from "./shapes.ts";
import { WorkerProcess } from "./worker-process.ts";
import { findWorkload, WORKLOADS } from "./workload.ts";

/** The folder of a shape's workload, made where it is missing: in a process of its own, which takes the memory along. */
export async function prepareWorkload(root: string, shape: ShapeName): Promise<string> {
  const folder = join(root, WORKLOADS, shape);
  if (findWorkload(folder, shapes[shape])) return folder;
  console.log(`Making a random model of the shape ${shape} in ${join(WORKLOADS, shape)}`);
  const maker = new WorkerProcess(commandOf(contenders.ours, root, undefined), root, {});
  try {
    await maker.ask({ do: "make", shape, folder, root });
  } finally {
    maker.stop();
  }
  return folder;
}
