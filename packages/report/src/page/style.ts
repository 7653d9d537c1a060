/** The page's style sheet. */
export const style = `
:root { --ink: #1d2330; --quiet: #5b6472; --line: #e2e5ea; --added: #104670; --removed: #E47159; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 80px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; }
h2 { font-size: 21px; margin: 48px 0 6px; padding-top: 18px; border-top: 1px solid var(--line); }
p, ul { max-width: 76ch; }
.quiet, figcaption { color: var(--quiet); }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 18px 0 0; font-size: 14px; }
a { color: var(--added); }
code { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: #f4f5f7; padding: 1px 4px; border-radius: 3px; }
.table { overflow-x: auto; max-height: 420px; overflow-y: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { position: sticky; top: 0; background: #f7f8fa; font-weight: 600; vertical-align: bottom; }
td:first-child, td.number, td.short { white-space: nowrap; }
td { overflow-wrap: break-word; }
td.number, th.number { text-align: right; }
figure { margin: 14px 0; overflow-x: auto; }
svg { max-width: 100%; height: auto; }
details { margin: 10px 0 0; }
summary { cursor: pointer; color: var(--added); font-size: 14px; }
.table.whole { max-height: none; }
.verdict { font-weight: 600; }
.mark { border: 2px solid #8a6100; color: #8a6100; padding: 6px 10px; font-weight: 600; max-width: none; }
.missing ul, ul.missing { margin: 0; padding-left: 18px; }
.evidence, .entries { margin: 0; padding-left: 16px; }
.entries { list-style: none; padding: 0; max-width: none; } .entries li { padding: 6px 0; border-bottom: 1px solid var(--line); }
.search input { font: inherit; padding: 5px 9px; width: min(420px, 70vw); border: 1px solid #aab; border-radius: 6px; }
.layout .table { max-height: 85vh; } .layout td { overflow-wrap: normal; } .layout td:first-child { position: sticky; left: 0; background: #fff; }
h3 { font-size: 16px; margin: 18px 0 6px; }
pre { overflow-x: auto; font-size: 12px; background: #f4f5f7; padding: 10px; }
td.verdict { white-space: nowrap; overflow-wrap: normal; font-weight: 600; }
.verdict.shown { color: #0a7a52; } .verdict.inconclusive { color: #8a6100; } .verdict.not-shown { color: #b3402a; }
th { overflow-wrap: normal; } td > .table { margin-top: 6px; max-height: none; } td .table td:first-child { white-space: normal; min-width: 8em; }
.missing { margin: 4px 0 0; font-size: 14px; color: var(--quiet); }
@media (max-width: 900px) { main { padding: 24px 12px 60px; } table { font-size: 13px; } th, td { padding: 4px 6px; } td:first-child:not(.verdict) { white-space: normal; } }
@media print {
  main { max-width: none; padding: 0; } h2, h3, summary { break-after: avoid; } tr, figure { break-inside: avoid; }
  .table, .layout .table { max-height: none; overflow: visible; } thead th, .layout td:first-child { position: static; }
  details:not(.rows) > *:not(summary) { display: block; } details:not(.rows)::details-content { content-visibility: visible; }
  .layout { zoom: 0.7; } .layout td { overflow-wrap: break-word; } nav, .search { display: none; }
  @page { margin: 12mm; } @page wide { size: landscape; } .wide { page: wide; zoom: 0.62; }
}
`;
