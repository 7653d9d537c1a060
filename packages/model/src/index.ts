export { type BackendName, type OpenBackendOptions, openBackend } from "./backend/open-backend.ts";
export type {
  AdamWStep,
  BackendInfo,
  Ops,
  Parameter,
  ParameterState,
  Tensor,
} from "./backend/ops.ts";
