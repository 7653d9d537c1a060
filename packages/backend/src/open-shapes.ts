/**
 * A backend without values: it computes the shapes of results. What a computation will take is measured by running it here, so
 * the estimate follows the code.
 */
import { type CountedOps, countOps } from "./counting-ops.ts";
import type { Ops } from "./ops.ts";
import { ShapeOps } from "./shape-ops.ts";

/** What a computation took, see {@link openShapes}. */
export interface ShapeWork {
  /** Bytes that are held now: by tensors, and by parameters with their moments. */
  readonly heldBytes: number;
  /** The most that were held at once since the last {@link restart}. */
  readonly peakBytes: number;
  /** Floating-point operations since the last {@link restart}, see {@link CountedOps}. */
  readonly flops: number;
  /** Begins to count anew; what is held stays held. */
  restart(): void;
  /** Floating-point operations of running this; begins to count anew. */
  flopsOf(run: () => void): number;
}

/**
 * Operations on shapes alone, and what they take. Reading gives zeros, and the values of tensors that are put there are not
 * looked at. Memory is that of the native backend with this project's kernels; scratch memory inside an operation is not counted.
 */
export function openShapes(): { ops: Ops; work: ShapeWork } {
  const shapes = new ShapeOps();
  const counted: CountedOps = countOps(shapes);
  const restart = () => {
    shapes.peakBytes = shapes.heldBytes;
    counted.reset();
  };
  return {
    ops: counted.ops,
    work: {
      get heldBytes() {
        return shapes.heldBytes;
      },
      get peakBytes() {
        return shapes.peakBytes;
      },
      get flops() {
        return counted.total().flops;
      },
      restart,
      flopsOf(run) {
        restart();
        run();
        return counted.total().flops;
      },
    },
  };
}
