/** Whether others' times over ours stay what they are with more threads. */
import { type ContenderName, contenders } from "./contenders.ts";
import type { JobName } from "./protocol.ts";
import type { Report } from "./report.ts";
import type { ShapeName } from "./shapes.ts";

/** A ratio with fewer and with more threads. */
export interface Change {
  fewer: number;
  more: number;
  /** more / fewer. */
  change: number;
}

export interface ThreadComparison {
  job: JobName;
  shape: ShapeName;
  contender: ContenderName;
  cpu: Change;
  wall: Change;
}

/** Every Python contender's ratio that both have. */
export function compareThreads(fewer: Report, more: Report): ThreadComparison[] {
  return fewer.results.flatMap(({ job, shape, contender, ratio }) => {
    const other = more.results.find(
      (result) => result.job === job && result.shape === shape && result.contender === contender,
    );
    if (other === undefined || contenders[contender].program !== "python") return [];
    return [
      {
        job,
        shape,
        contender,
        cpu: change(ratio.cpu, other.ratio.cpu),
        wall: change(ratio.wall, other.ratio.wall),
      },
    ];
  });
}

function change(fewer: number, more: number): Change {
  return { fewer, more, change: more / fewer };
}
