-- The style of every page: light and dark, phone, desk and paper.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_css() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN '
:root { --paper: #f7f5f0; --card: #ffffff; --ink: #1c2530; --soft: #515d6b; --line: #d8dce1;
  --accent: #0b5cad; --bar: #2f7fd0; --good: #d9f0df; --good-ink: #14532d; --ice: #d9ecfa;
  --ice-ink: #0b4a72; --bad: #fbe3df; --bad-ink: #8c1d18; --rest: #eceff2; --rest-ink: #46515e;
  --open: #fff1c7; --open-ink: #664a00; --c1: #0b5cad; --c2: #a3470b; --c3: #1b7a3d;
  --c4: #8a1c7c; --c5: #5546b8; --c6: #a3192b; --c7: #1f6f78; --c8: #6b5b00; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #11161c; --card: #1a212a; --ink: #e8ecf1; --soft: #aab5c2; --line: #39444f;
    --accent: #85bdff; --bar: #4f9bea; --good: #173f28; --good-ink: #bdf0cc; --ice: #133a52;
    --ice-ink: #bfe4fc; --bad: #4b1f1b; --bad-ink: #ffccc5; --rest: #2a333d; --rest-ink: #bfc9d4;
    --open: #453807; --open-ink: #ffe49a; --c1: #85bdff; --c2: #ffab70; --c3: #7fd99a;
    --c4: #f09be4; --c5: #b9aefc; --c6: #ff9da8; --c7: #7ed3dc; --c8: #e0cb5e; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem; max-width: 66rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: break-word; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 0 0 .6rem; font-size: 1.2rem; line-height: 1.3; }
h3 { margin: .8rem 0 .2rem; font-size: 1rem; }
p { margin: .3rem 0; }
ul { margin: .2rem 0; padding-left: 1.2rem; }
header p, footer, .note, caption { color: var(--soft); }
.note { font-size: .875rem; font-weight: 400; }
footer { padding: 1rem .2rem 0; font-size: .875rem; }
main { display: grid; gap: 1rem; margin-top: 1rem; grid-template-columns: minmax(0, 1fr); }
section { padding: 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; min-width: 0; }
.figures { display: grid; gap: .75rem; margin: 0;
  grid-template-columns: repeat(2, minmax(0, 1fr)); }
.figures div { padding: .6rem .75rem; border-left: .25rem solid var(--accent); }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; font-size: 1.3rem; line-height: 1.3; font-weight: 650; }
dd .note { display: block; }
.sr { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { padding-bottom: .4rem; text-align: left; font-size: .875rem; }
th, td { padding: .35rem .4rem; text-align: left; vertical-align: top; }
h1, li, p, tbody th, .full { overflow-wrap: anywhere; }
.stack thead th:first-child { width: 24%; min-width: 8.5rem; }
.people td:not(.full) { white-space: nowrap; }
.people thead th:first-child { width: auto; min-width: 6rem; }
.start ul { columns: 13rem; }
thead th { color: var(--soft); font-size: .8125rem; font-weight: 600; vertical-align: bottom; }
tbody tr { border-top: 1px solid var(--line); }
th .note, td .note { display: block; }
.plain td, .plain thead th:not(:first-child) { text-align: right; white-space: nowrap; }
.plain th, .plain td { padding: .15rem .4rem; }
.tag { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-weight: 600; }
.done { background: var(--good); color: var(--good-ink); }
.care { background: var(--bad); color: var(--bad-ink); }
.calendar { table-layout: fixed; border-collapse: separate; border-spacing: 3px; }
.calendar th, .calendar td { padding: .15rem 0; text-align: center; vertical-align: middle; }
.calendar th { color: var(--soft); font-size: .8125rem; font-weight: 400; overflow-wrap: normal; }
.calendar th:first-child { width: 3.6rem; white-space: nowrap; text-align: left; }
.calendar td { border-radius: .35rem; line-height: 1.15; }
.calendar td span { display: block; }
.calendar td .sr { position: absolute; }
.n { font-size: .75rem; }
.active { background: var(--good); color: var(--good-ink); }
.frozen { background: var(--ice); color: var(--ice-ink); }
.missed { background: var(--bad); color: var(--bad-ink); }
.paused, .unscheduled { background: var(--rest); color: var(--rest-ink); }
.open { background: var(--open); color: var(--open-ink); outline: 2px dashed var(--open-ink);
  outline-offset: -2px; }
.before { color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1rem; padding: 0; list-style: none;
  font-size: .875rem; }
.legend b { display: inline-block; min-width: 1.5rem; margin-right: .3rem; border-radius: .3rem;
  text-align: center; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 10px; fill: var(--ink); font-family: inherit; }
svg .axis { fill: var(--soft); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .bar { fill: var(--bar); }
svg .now { fill-opacity: .35; stroke: var(--bar); stroke-dasharray: 3 2; }
svg .back { fill: var(--card); stroke: currentColor; }
svg .knot { fill: var(--soft); }
svg .way { fill: none; stroke: currentColor; }
svg .tip { fill: currentColor; }
.meter { height: .375rem; margin-top: .3rem; max-width: 7rem; }
.meter .rail { fill: var(--line); }
.meter .fill { fill: var(--bar); }
.c1 { color: var(--c1); } .c2 { color: var(--c2); } .c3 { color: var(--c3); }
.c4 { color: var(--c4); } .c5 { color: var(--c5); } .c6 { color: var(--c6); }
.c7 { color: var(--c7); } .c8 { color: var(--c8); }
.map b { display: inline-block; min-width: 1.4rem; margin-right: .3rem; border-radius: 1rem;
  border: 2px solid currentColor; text-align: center; font-size: .8125rem; line-height: 1.25; }
.heat { table-layout: fixed; font-size: .8125rem; }
.heat thead th:first-child { width: 18%; min-width: 0; }
.heat td { padding: .15rem 0; text-align: center; border: 2px solid var(--card); }
.heat td .note { color: inherit; font-size: .75rem; }
.heat thead th:not(:first-child) { padding: .2rem 0; }
.heat thead th:not(:first-child) span { display: block; margin: auto; max-height: 10rem;
  writing-mode: vertical-rl; transform: rotate(180deg); }
.low { background: var(--bad); color: var(--bad-ink); }
.mid { background: var(--open); color: var(--open-ink); }
.high { background: var(--good); color: var(--good-ink); }
.won { background: var(--ice); color: var(--ice-ink); font-weight: 700; }
.none { color: var(--soft); }
@media print, screen and (min-width: 30rem) {
  .figures { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
@media screen and (min-width: 60rem) {
  .figures { grid-template-columns: repeat(6, minmax(0, 1fr)); } }
@media print, screen and (min-width: 44rem) {
  main { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .wide { grid-column: 1 / -1; }
  .pair { display: grid; gap: 1.5rem; grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .drawn { grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); } }
@media screen and (max-width: 43.99rem) {
  body { padding: 1rem .5rem; }
  section { padding: .75rem .6rem; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .stack, .stack tbody, .stack caption, .stack tbody th { display: block; }
  .stack tr { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; padding: .5rem 0; }
  .stack tbody th { flex: 1 0 100%; padding: 0; }
  .stack td { display: block; padding: .1rem 0; text-align: left; }
  .stack td::before { content: attr(data-label); display: block; color: var(--soft);
    font-size: .8125rem; }
  .stack .full { flex: 1 0 100%; }
  .stack .full::before { content: none; }
  .heat tr { gap: .3rem; }
  .heat td { padding: .15rem .4rem; border: 0; border-radius: .3rem; }
  .heat td::before { color: inherit; font-weight: 400; }
  .heat .none { display: none; } }
@page { size: A4; margin: 12mm; }
@page broad { size: A4 landscape; margin: 12mm; }
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  :root { --paper: #ffffff; }
  html { font-size: 9.5pt; }
  body { padding: 0 1px; max-width: none; line-height: 1.4; }
  .class { page: broad; }
  main { gap: 3mm; margin-top: 3mm; }
  section { padding: 3mm; break-inside: avoid; }
  .long { break-inside: auto; }
  h2, h3, caption { break-after: avoid; }
  thead { display: table-header-group; }
  tr, svg, .figures div, li { break-inside: avoid; } }
';

REVOKE ALL ON FUNCTION hg__report_css FROM public;
