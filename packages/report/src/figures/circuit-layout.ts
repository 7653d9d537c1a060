/** The positions of nodes in a drawing: layers from the input below to the logits above, heads side by side. */
import type { Graph } from "@ft/graph";

export interface Place {
  node: number;
  x: number;
  y: number;
}

/** The position of a node; the MLP is to the right of its layer's heads. */
export function placeNode({ heads, layers, logits }: Graph, node: number): Place {
  if (node === 0) return { node, x: heads / 2, y: 0 };
  if (node === logits) return { node, x: heads / 2, y: layers + 1 };
  const layer = Math.trunc((node - 1) / (heads + 1));
  const column = (node - 1) % (heads + 1);
  return { node, x: column === heads ? heads + 0.5 : column, y: 1 + layer };
}
