export * from "./adapters/index.ts";
export { type Binding, loadBinding, selfTest } from "./backend/native/binding.ts";
export {
  type BindingDevice,
  type BindingManifest,
  bindingFolder,
  bindingKey,
  bindingPackage,
  type LocatedBinding,
  locateBinding,
  TENSORFLOW_VERSION,
} from "./backend/native/locate-binding.ts";
export { type BackendName, type OpenBackendOptions, openBackend } from "./backend/open-backend.ts";
export type {
  AdamWStep,
  BackendInfo,
  Ops,
  Parameter,
  ParameterState,
  Tensor,
} from "./backend/ops.ts";
export * from "./decoder/index.ts";
export * from "./tokenizer/index.ts";
export * from "./weights/index.ts";
