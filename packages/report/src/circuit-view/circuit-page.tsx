/** The page of the interactive circuit, as one HTML document that needs no network. */
import { renderDocument } from "../page/document.tsx";
import { fateStyles } from "./browser/circuit.js";
import { type CircuitsToView, embedCircuits, jsonForScript, pageScript } from "./embed.ts";
import { style } from "./style.ts";

/** Nothing is loaded, not even by mistake: the page has all it needs. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";

/**
 * The circuits as an interactive page: checkpoints on sliders, before, after or both, filters by |score|, fate and node.
 *
 * @throws UserError if the circuits are of different graphs
 */
export function renderCircuitPage(circuits: CircuitsToView): string {
  const { title, about } = circuits;
  return renderDocument(
    { title, style, further: <meta http-equiv="Content-Security-Policy" content={POLICY} /> },
    <>
      <main>
        <h1>{title}</h1>
        <p class="quiet">{about}</p>
        <p id="summary" aria-live="polite" />
        <div class="view">
          <form class="controls" aria-label="What is shown" autocomplete="off">
            <Checkpoints several={circuits.checkpoints.length > 1} />
            <Filters several={circuits.checkpoints.length > 1} />
            <fieldset>
              <legend>Strongest edges</legend>
              <p id="edges-text" class="quiet" />
              <select id="edges" size={9} aria-label="Strongest edges: choose one to highlight it" />
            </fieldset>
            <div class="row buttons">
              <button type="button" id="reset">
                Reset
              </button>
              <button type="button" id="save">
                Save as SVG
              </button>
            </div>
          </form>
          <Drawing />
        </div>
      </main>
      <script
        type="application/json"
        id="circuits"
        dangerouslySetInnerHTML={{ __html: jsonForScript(embedCircuits(circuits)) }}
      />
      <script type="module" dangerouslySetInnerHTML={{ __html: `\n${pageScript()}` }} />
    </>,
  );
}

/** Which checkpoints are compared, and whose edges are shown. */
function Checkpoints({ several }: { several: boolean }) {
  return (
    <fieldset hidden={!several}>
      <legend>Checkpoints</legend>
      {(["before", "after"] as const).map((when) => (
        <div key={when}>
          <label for={when}>
            {when === "before" ? "Before" : "After"}: <span id={`${when}-text`} />
          </label>
          <input type="range" id={when} min="0" step="1" />
        </div>
      ))}
      <div class="row" role="radiogroup" aria-label="Show the edges of">
        <span>Show</span>
        {(["before", "after", "both"] as const).map((show) => (
          <label key={show} class="choice">
            <input type="radio" name="show" id={`show-${show}`} /> {show}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The filters by fate, |score| and node; the fates are the legend too. */
function Filters({ several }: { several: boolean }) {
  return (
    <fieldset>
      <legend>Edges</legend>
      {(["kept", "added", "removed"] as const).map((fate) => (
        <label key={fate} class="choice" hidden={!several && fate !== "kept"}>
          <input type="checkbox" id={`fate-${fate}`} />
          <Sample fate={fate} />
          <span id={`fate-${fate}-text`}>{fate}</span>
          <output id={`count-${fate}`} />
        </label>
      ))}
      <label for="threshold">
        Strength: <span id="threshold-text" />
      </label>
      <input type="range" id="threshold" min="0" step="1" />
      <div>
        Node: <span id="node-text" />{" "}
        <button type="button" id="all-nodes" hidden>
          All nodes
        </button>
      </div>
    </fieldset>
  );
}

/** A line as edges of a fate are drawn. */
function Sample({ fate }: { fate: keyof typeof fateStyles }) {
  const { color, dash, width } = fateStyles[fate];
  return (
    <svg width="34" height="10" aria-hidden="true">
      <line
        x1="0"
        y1="5"
        x2="34"
        y2="5"
        stroke={color}
        stroke-width={width}
        stroke-dasharray={dash.join(" ") || "none"}
      />
    </svg>
  );
}

/** The drawing: edges on canvases, the nodes over them. */
function Drawing() {
  return (
    <div>
      <p id="details" aria-live="polite" />
      <div id="printed" />
      <div id="stage">
        {["kept", "removed", "added", "highlight"].map((name) => (
          <canvas key={name} id={`canvas-${name}`} />
        ))}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be drawn in */}
        <svg
          id="nodes"
          role="group"
          aria-label="Nodes: move with the arrow keys, press Enter to see only a node's edges"
        />
        <div id="tooltip" role="tooltip" hidden />
      </div>
      <p class="quiet help">
        Input at the bottom, logits at the top, one row per layer, attention heads by number, m: the layer's
        MLP. Edges of a head's q, k and v are one edge with the sum of their scores. Click a node (or press
        Enter) to see only its edges, again or Escape to see all.
      </p>
    </div>
  );
}
