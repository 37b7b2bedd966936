// SPDX-License-Identifier: Apache-2.0
// How the report looks: light and dark by the reader's system, narrow and wide, and on paper.
#include "report_page.hpp"

namespace erp2mysql::cli {

const char* const k_report_style = R"css(
:root { color-scheme: light dark; --ink: #1c2733; --quiet: #5d6b7a; --paper: #ffffff;
  --card: #f4f6f8; --edge: #cfd7df; --good: #2f7d4f; --bad: #c0392b; --odd: #b7791f;
  --line: #3b76b5; --soft: #8a97a5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --quiet: #9fb0c0; --paper: #12181f;
  --card: #1b232c; --edge: #36424f; --good: #5fc58a; --bad: #ff7b6b; --odd: #e5b557;
  --line: #7fb2ea; --soft: #73818f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 16px; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 22px; margin: 8px 0; } h2 { font-size: 19px; margin: 28px 0 8px; }
h3 { font-size: 15px; margin: 16px 0 6px; } a { color: var(--line); }
p.quiet, figcaption, th { color: var(--quiet); }
nav { display: flex; flex-wrap: wrap; gap: 12px; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 8px; }
dl.facts div { background: var(--card); border: 1px solid var(--edge); border-radius: 8px;
  padding: 8px 10px; }
dl.facts dt { color: var(--quiet); font-size: 13px; } dl.facts dd { margin: 0; font-size: 17px; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr));
  gap: 16px; align-items: start; }
figure { margin: 0 0 12px; } figcaption { font-size: 14px; }
svg { width: 100%; height: auto; display: block; }
svg.flow { max-width: 560px; } svg.chart { max-width: 560px; }
svg text { fill: var(--ink); font-size: 12px; }
svg text.title { font-weight: 600; } svg text.small { fill: var(--quiet); font-size: 11px; }
svg text.end { text-anchor: end; } svg text.constant { fill: var(--quiet); }
.box { fill: var(--card); stroke: var(--edge); }
.box.source, .box.table { stroke: var(--line); }
.arrow { stroke: var(--soft); fill: none; stroke-width: 1.5; }
.line { stroke: var(--line); fill: none; stroke-width: 1.2; opacity: .8; }
.line.computed { stroke: var(--odd); stroke-dasharray: 4 3; }
.axis { stroke: var(--edge); } .bar { fill: var(--line); }
.bar.done, .bar.nothing { fill: var(--good); } .bar.partial { fill: var(--odd); }
.bar.failed { fill: var(--bad); } .bar.interrupted { fill: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 4px 8px; border-bottom: 1px solid var(--edge);
  vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.time { white-space: nowrap; } td.failed { color: var(--bad); } td.partial { color: var(--odd); }
@media print { body { max-width: none; padding: 0; } section { break-before: page; }
  section:first-of-type { break-before: auto; } figure, tr { break-inside: avoid; } nav { display: none; } }
)css";

}  // namespace erp2mysql::cli
