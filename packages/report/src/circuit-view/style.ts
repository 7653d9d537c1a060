/** The style sheet of the interactive circuit. */
export const style = `
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1d2330; font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 20px 20px 40px; }
h1 { font-size: 24px; line-height: 1.2; margin: 0 0 4px; }
p { margin: 4px 0; max-width: 110ch; overflow-wrap: anywhere; }
[hidden] { display: none !important; }
.view { display: grid; grid-template-columns: 304px minmax(0, 1fr); gap: 20px; margin-top: 14px; align-items: start; }
.controls { display: grid; gap: 12px; }
fieldset { border: 1px solid #8a919c; border-radius: 6px; margin: 0; padding: 6px 12px 10px; min-width: 0; }
legend { font-weight: 600; padding: 0 4px; }
label { display: block; overflow-wrap: anywhere; }
.choice { display: flex; align-items: center; gap: 6px; padding: 2px 0; }
.choice svg { flex: none; }
.choice output { margin-left: auto; font-variant-numeric: tabular-nums; }
.row { display: flex; gap: 4px 14px; flex-wrap: wrap; align-items: center; }
.buttons { align-self: start; }
input[type="range"] { width: 100%; margin: 2px 0 6px; accent-color: #104670; }
input[type="checkbox"], input[type="radio"] { accent-color: #104670; margin: 0; }
button { font: inherit; color: #1d2330; background: #fff; border: 1px solid #1d2330; border-radius: 5px; padding: 4px 12px; cursor: pointer; }
button:hover { background: #eef1f5; }
select { width: 100%; font: 11px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: #1d2330; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
#stage { position: relative; overflow-x: auto; }
#stage canvas { display: block; position: absolute; left: 0; top: 0; pointer-events: none; }
#stage.dimmed canvas:not(#canvas-highlight) { opacity: 0.25; }
#nodes { display: block; position: relative; font: 12px system-ui, sans-serif; fill: #1d2330; }
.node { cursor: pointer; outline: none; }
.node circle { fill: transparent; stroke: none; }
.node .dot { fill: #8a919c; pointer-events: none; }
.node text { display: none; pointer-events: none; }
.node.used circle { fill: #fff; stroke: #1d2330; }
.node.used .dot { display: none; }
.node.used text, .node:focus-visible text { display: inline; }
.node:hover circle:first-child { stroke: #1d2330; stroke-width: 2; }
.node[aria-pressed="true"] circle:first-child { fill: #ffe9a8; stroke-width: 2.5; }
.node:focus-visible circle:first-child { stroke: #b35900; stroke-width: 3; }
#tooltip { position: absolute; z-index: 1; background: #fff; border: 1px solid #1d2330; border-radius: 5px; padding: 5px 9px; font-size: 13px; pointer-events: none; box-shadow: 0 2px 8px rgb(0 0 0 / 20%); }
#details { min-height: 2.9em; border-left: 3px solid #104670; padding-left: 10px; }
.quiet { color: #4a5261; font-size: 14px; }
#printed { display: none; }
#printed svg { max-width: 100%; height: auto; }
@media (max-width: 980px) {
  main { padding: 14px 12px 30px; }
  .view { grid-template-columns: minmax(0, 1fr); gap: 12px; }
  .controls { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media (max-width: 520px) { .controls { grid-template-columns: minmax(0, 1fr); } }
@media print {
  @page { margin: 12mm; }
  main { max-width: none; padding: 0; }
  .controls, #details, .help, .buttons { display: none; }
  .view { display: block; }
  #printed { display: block; }
  #printed svg { max-height: 235mm; width: 100%; }
  #printed:not(:empty) ~ #stage, body:has(#printed > svg) h1, body:has(#printed > svg) #summary { display: none; }
}
`;
