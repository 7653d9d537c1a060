/** Where nodes and edges are drawn: layers from the input below to the logits above, heads side by side. */

/**
 * A node's cell: its column and its row, from the input's row 0.
 * @typedef {{ x: number, y: number }} Place
 */

/**
 * The cell of a node; an MLP is to the right of its layer's heads.
 *
 * @param {{ layers: number, heads: number }} graph
 * @param {number} node in the graph's order
 * @returns {Place}
 */
export function placeNode({ heads, layers }, node) {
  const logits = 1 + layers * (heads + 1);
  if (node === 0) return { x: heads / 2, y: 0 };
  if (node === logits) return { x: heads / 2, y: layers + 1 };
  const layer = Math.trunc((node - 1) / (heads + 1));
  const column = (node - 1) % (heads + 1);
  return { x: column === heads ? heads + 0.5 : column, y: 1 + layer };
}

/**
 * A node's name without its layer, which its row shows.
 *
 * @param {string} name
 */
export function shortName(name) {
  return name
    .replace(/^a\d+\.h/, "")
    .replace(/^m\d+$/, "m")
    .replace("input", "in")
    .replace("logits", "out");
}

/**
 * Places in pixels.
 *
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number} radius of a node
 * @property {number} left the width of the layers' labels
 * @property {readonly Place[]} nodes [nodes], their centres
 */

const LEFT = 64;
const RIGHT = 14;
const SMALLEST_CELL = 22;
/** At most this high, in pixels, unless rows would be lower than {@link SMALLEST_CELL}. */
const MOST_HEIGHT = 820;

/**
 * @param {{ layers: number, heads: number }} graph
 * @param {number} available width in pixels; the layout is wider if cells would be smaller than 22 pixels
 * @returns {Layout}
 */
export function layOut(graph, available) {
  const columns = graph.heads + 1.5;
  const rows = graph.layers + 2;
  const cell = Math.max(SMALLEST_CELL, (available - LEFT - RIGHT) / columns);
  const row = Math.max(SMALLEST_CELL, Math.min(58, MOST_HEIGHT / rows));
  const count = 2 + graph.layers * (graph.heads + 1);
  const nodes = Array.from({ length: count }, (_, node) => {
    const { x, y } = placeNode(graph, node);
    return { x: LEFT + (x + 0.5) * cell, y: (rows - y - 0.5) * row };
  });
  return {
    width: Math.round(LEFT + columns * cell + RIGHT),
    height: Math.round(rows * row),
    radius: Math.min(0.4 * cell, 0.34 * row, 13),
    left: LEFT,
    nodes,
  };
}

/** How far an edge bends, as a share of its length, so that edges along a column pass beside the nodes between. */
const BEND = 0.14;

/**
 * The control point of an edge's quadratic curve; edges bend towards the middle of the drawing.
 *
 * @param {Layout} layout
 * @param {Place} from
 * @param {Place} to
 * @returns {Place}
 */
export function bend({ width }, from, to) {
  const side = from.x + to.x < width ? 1 : -1;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  return {
    x: (from.x + to.x) / 2 - side * BEND * dy,
    y: (from.y + to.y) / 2 + side * BEND * dx,
  };
}

/**
 * The quadratic curve of an edge.
 *
 * @param {{ sources: Uint16Array, destinations: Uint16Array }} circuits
 * @param {Layout} layout
 * @param {number} edge
 * @returns {{ from: Place, control: Place, to: Place }}
 */
export function curveOf({ sources, destinations }, layout, edge) {
  const from = /** @type {Place} */ (layout.nodes[sources[edge] ?? 0]);
  const to = /** @type {Place} */ (layout.nodes[destinations[edge] ?? 0]);
  return { from, control: bend(layout, from, to), to };
}

const SEGMENTS = 12;

/**
 * The distance of a point from a quadratic curve, in pixels.
 *
 * @param {Place} point
 * @param {Place} from
 * @param {Place} control
 * @param {Place} to
 */
export function distanceToCurve(point, from, control, to) {
  let nearest = Number.POSITIVE_INFINITY;
  let { x, y } = from;
  for (let i = 1; i <= SEGMENTS; i++) {
    const t = i / SEGMENTS;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    const nextX = a * from.x + b * control.x + c * to.x;
    const nextY = a * from.y + b * control.y + c * to.y;
    const [dx, dy] = [nextX - x, nextY - y];
    const along = ((point.x - x) * dx + (point.y - y) * dy) / (dx * dx + dy * dy || 1);
    const s = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(point.x - x - s * dx, point.y - y - s * dy));
    [x, y] = [nextX, nextY];
  }
  return nearest;
}
