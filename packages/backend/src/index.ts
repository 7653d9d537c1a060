export { alignedFloats } from "./aligned-floats.ts";
export { assertFits } from "./capacity.ts";
export { type CountedOperation, type CountedOps, countOps, type OperationCount } from "./counting-ops.ts";
export { type Binding, loadBinding, selfTest } from "./native/binding.ts";
export {
  forcedInstructions,
  instructionSets,
  kernelSources,
  kernelsFolder,
  loadKernels,
  locateKernels,
} from "./native/kernels.ts";
export {
  type BindingDevice,
  type BindingManifest,
  bindingFolder,
  bindingKey,
  bindingPackage,
  type LocatedBinding,
  locateBinding,
  TENSORFLOW_VERSION,
} from "./native/locate-binding.ts";
export { type BackendName, type OpenBackendOptions, openBackend } from "./open-backend.ts";
export { openShapes, type ShapeWork } from "./open-shapes.ts";
export type {
  AdamWStep,
  AttentionTree,
  BackendInfo,
  Constant,
  Normalized,
  Ops,
  Parameter,
  ParameterState,
  Tensor,
} from "./ops.ts";
