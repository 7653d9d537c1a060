/** Where the nodes of a circuit stand in a drawing: layers from the input below to the logits above, heads side by side. */
import { parseNode } from "@ft/graph";

export interface Place {
  node: string;
  x: number;
  y: number;
}

/** @param heads attention heads a layer; the MLP stands to their right */
export function placeNode(node: string, layers: number, heads: number): Place {
  const place = parseNode(node);
  const middle = heads / 2;
  if (place?.kind === "head") return { node, x: place.head, y: 1 + place.layer };
  if (place?.kind === "mlp") return { node, x: heads + 0.5, y: 1 + place.layer };
  return { node, x: middle, y: node === "logits" ? layers + 1 : 0 };
}
