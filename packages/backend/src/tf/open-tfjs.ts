/** tensorflow.js over the compiled binding: the package's own backend, without the package's own loader. */

import { createRequire } from "node:module";
import type { Binding } from "../native/binding.ts";
import { loadTfCore } from "./tf-core.ts";
import { TfOps } from "./tf-ops.ts";

const require = createRequire(import.meta.url);
const PACKAGE = "@tensorflow/tfjs-node-gpu";
const BACKEND = "tensorflow";

type NodeBackendModule = {
  NodeJSKernelBackend: new (
    binding: Binding,
    packageName: string,
  ) => import("@tensorflow/tfjs-core").KernelBackend;
};

/**
 * Registers tfjs-node's backend with a binding at any path. The package's index is never loaded, since it requires the
 * binding that the package's install script downloads.
 */
export async function openTfjs(binding: Binding, threads: number): Promise<TfOps> {
  const tf = loadTfCore();
  if (tf.findBackendFactory(BACKEND) === null) {
    const { NodeJSKernelBackend } = require(`${PACKAGE}/dist/nodejs_kernel_backend`) as NodeBackendModule;
    require(`${PACKAGE}/dist/register_all_kernels`);
    tf.registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, PACKAGE));
  }
  await tf.setBackend(BACKEND);
  return new TfOps(tf, BACKEND, {
    name: "tfjs",
    device: binding.isUsingGpuDevice() ? "gpu" : "cpu",
    library: `tfjs ${tf.version_core}, tensorflow ${binding.TF_Version}`,
    threads,
  });
}
