/** The page's style. Colours are variables, which the chart uses as well; one column on narrow screens and on paper. */
export const STYLE = `
:root {
  --paper: #fbfaf8; --card: #ffffff; --ink: #1c1d20; --faint: #62656d; --rule: #dedbd4; --shade: rgba(120, 110, 90, .13);
  --link: #1f5a8a; --good: #1a6b43; --warn: #8a5a00; --bad: #a92a20;
  --good-wash: #eaf3ed; --warn-wash: #f8f0dd; --bad-wash: #f9e9e6;
  --s1: #2f6f9f; --s2: #c2722a; --s3: #3f8f63; --s4: #8a5aa8; --s5: #b0455f; --s6: #6b7280;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "D2Coding", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
}
@media (prefers-color-scheme: dark) { :root {
  --paper: #15161a; --card: #1c1e23; --ink: #e9e7e2; --faint: #a3a6ae; --rule: #34363d; --shade: rgba(200, 200, 220, .12);
  --link: #8cc0ea; --good: #74cf9f; --warn: #e8bd62; --bad: #f0988e;
  --good-wash: #1a2a22; --warn-wash: #2d2617; --bad-wash: #331f1d;
  --s1: #6db3e2; --s2: #eba05c; --s3: #72c697; --s4: #bf95dd; --s5: #e88aa0; --s6: #a3a6ae;
} }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 var(--sans); font-variant-numeric: tabular-nums; }
body:has(#en:checked) [lang=ko], body:has(#ko:checked) [lang=en] { display: none; }
[lang=ko] { word-break: keep-all; overflow-wrap: break-word; }
a { color: var(--link); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:focus-visible, summary:focus-visible, input:focus-visible + label { outline: 2px solid var(--link); outline-offset: 2px; }
code { font: .88em/1.45 var(--mono); overflow-wrap: anywhere; }
small { font-size: .85em; color: var(--faint); }
h1, h2, h3, p, ul, ol, dl, figure { margin: 0; }
ul, ol { padding: 0; list-style: none; }
h2 { font-size: 1.4rem; line-height: 1.25; letter-spacing: -.012em; font-weight: 650; margin-bottom: .9rem; }
h3 { font-size: 1rem; font-weight: 650; margin: 1.8rem 0 .5rem; }
.none { color: var(--faint); } .yes { color: var(--good); } .no { color: var(--bad); } .note-mark { color: var(--warn); }
.intro, .note, .meaning { color: var(--faint); max-width: 44rem; }
.intro { margin-bottom: 1rem; } .note { margin-top: .7rem; font-size: .87rem; }
.tag { border: 1px solid var(--rule); border-radius: 3px; padding: 0 .4em; white-space: nowrap; }

.top { position: sticky; top: 0; z-index: 2; display: flex; justify-content: space-between; align-items: center; gap: 1rem;
  padding: .55rem max(1.25rem, calc((100vw - 76rem) / 2)); background: var(--paper); border-bottom: 1px solid var(--rule); }
.brand { font: 600 .85rem var(--mono); color: var(--ink); text-decoration: none; }
.languages { display: flex; font-size: .85rem; }
.languages input { position: absolute; opacity: 0; }
.languages label { padding: .25rem .6rem; color: var(--faint); cursor: pointer; border-bottom: 2px solid transparent; }
.languages input:checked + label { color: var(--ink); font-weight: 600; border-color: currentColor; }

.frame { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 3.5rem; max-width: 76rem; margin: 0 auto; padding: 0 1.25rem 5rem; }
nav { position: sticky; top: 3.4rem; align-self: start; padding-top: 2.6rem; font-size: .88rem; }
nav a { display: block; padding: .22rem 0; color: var(--faint); text-decoration: none; }
nav a:hover { color: var(--ink); text-decoration: underline; }
main > section { padding: 2.6rem 0; border-top: 1px solid var(--rule); }
main > section:first-child { border-top: 0; }

.verdict { --tone: var(--bad); --wash: var(--bad-wash); }
.verdict.verified { --tone: var(--good); --wash: var(--good-wash); } .verdict.quarantined { --tone: var(--warn); --wash: var(--warn-wash); }
.kind { font: 600 .8rem var(--mono); color: var(--faint); margin-bottom: .5rem; }
h1 { font-size: clamp(1.75rem, 1.2rem + 2.4vw, 2.75rem); line-height: 1.12; letter-spacing: -.022em; font-weight: 700; color: var(--tone);
  display: flex; gap: .45em; align-items: center; text-wrap: balance; }
.stamp { flex: none; display: grid; place-items: center; width: 1.25em; height: 1.25em; border-radius: 50%; background: var(--wash); border: 1.5px solid var(--tone);
  font: 700 .62em/1 var(--sans); }
.lead { font-size: 1.13rem; max-width: 44rem; margin-top: .9rem; }
.reasons { margin-top: .9rem; padding: .7rem 1rem; background: var(--wash); border-radius: 4px; max-width: 48rem; }
.reasons li + li { margin-top: .35rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1.2rem 1rem; margin-top: 2rem; }
.figures a, .figures div { display: block; color: inherit; text-decoration: none; border-top: 2px solid var(--ink); padding-top: .5rem; }
.figures strong { display: block; font-size: 1.55rem; font-weight: 650; letter-spacing: -.015em; line-height: 1.25; }
.figures li > * > span { color: var(--faint); font-size: .87rem; } .figures a > span { text-decoration: underline; text-underline-offset: .18em; }

table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th { text-align: left; font-weight: 500; font-size: .8rem; color: var(--faint); padding: .3rem .6rem; border-bottom: 1px solid var(--ink); vertical-align: bottom; white-space: nowrap; }
td { padding: .45rem .6rem; border-bottom: 1px solid var(--rule); vertical-align: top; }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; } td.number { white-space: nowrap; }
td.mark, th.mark { width: 1%; } td.mark { font-weight: 700; } .wide { width: 40%; }
td.wide > div { min-width: 11rem; } td.id > div { min-width: 13.6rem; } .sample td:nth-child(2) > div { min-width: 9rem; } td.amount { text-align: right; white-space: nowrap; } th.amount { text-align: right; }
.long { display: inline-block; max-width: 11rem; white-space: normal; overflow-wrap: anywhere; } .under { display: block; } .amount .line small { display: block; }
.line { display: block; }
td bdi { overflow-wrap: anywhere; }
tr.differs td { background: var(--bad-wash); } tr.explained td { background: var(--warn-wash); }
tr.differs td:first-child, tr.explained td:first-child { padding-left: .4rem; }
tr:target td { box-shadow: inset 0 2px 0 var(--link), inset 0 -2px 0 var(--link); }
table.pairs { max-width: 28rem; }
.checksum { color: var(--faint); } .checksum span { display: inline-block; margin-right: .5ch; }

.bar { display: flex; gap: 1px; height: 5px; margin-top: .35rem; min-width: 7rem; border-radius: 3px; overflow: hidden; background: var(--rule); }
.written { background: var(--good); } .skipped { background: var(--s6); } .held { background: var(--warn); } .rest { background: transparent; }
.swatch { display: inline-block; width: .75em; height: .75em; border-radius: 2px; margin-right: .45em; vertical-align: -.04em; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin-top: .8rem; font-size: .85rem; color: var(--faint); }
.rates b { color: var(--ink); font-weight: 600; margin-right: .35em; }
figcaption { color: var(--faint); font-size: .87rem; max-width: 44rem; margin-bottom: .6rem; }
.drawing svg { display: block; width: 100%; height: auto; font-family: var(--sans); }
.drawing svg * { pointer-events: none; }
.narrow-only { display: none; }

details { border-bottom: 1px solid var(--rule); }
h3 + details, .cards + details { border-top: 1px solid var(--rule); }
.cards + details { margin-top: 1.6rem; }
summary { padding: .6rem 0; cursor: pointer; }
summary .ids { overflow-wrap: anywhere; } details > :last-child { margin-bottom: 1.1rem; }
details tr:last-child td { border-bottom-color: transparent; }
.meaning { margin: -.2rem 0 .6rem; }

dl > div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: 1rem; padding: .4rem 0; border-bottom: 1px solid var(--rule); }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }

.timeline li { display: grid; grid-template-columns: 11.5rem minmax(0, 1fr); gap: 1.4rem; padding: .3rem 0; position: relative; }
.timeline time { color: var(--faint); font-size: .85rem; padding-top: .08rem; }
.timeline li > div { border-left: 1px solid var(--rule); padding: 0 0 .25rem 1.2rem; position: relative; overflow-wrap: anywhere; }
.timeline li > div::before { content: ""; position: absolute; left: -4.5px; top: .5em; width: 8px; height: 8px; border-radius: 50%; background: var(--paper); border: 1.5px solid var(--faint); box-sizing: border-box; }
.timeline .message > div::before { background: var(--link); border-color: var(--link); }
.timeline .message.refused > div::before, .timeline .blocked > div::before, .timeline .aborted > div::before, .timeline .failed > div::before { background: var(--bad); border-color: var(--bad); }
.timeline .complete > div::before { background: var(--good); border-color: var(--good); }
.timeline .stage { color: var(--faint); } .timeline .stage b { font-weight: 500; }
.timeline p { color: var(--faint); max-width: 44rem; } .who { font-family: var(--mono); }

.checklist > li { display: flex; gap: .8rem; padding: .65rem 0; border-bottom: 1px solid var(--rule); }
.box { flex: none; width: 1.1em; text-align: center; color: var(--faint); } .seen > .box { color: var(--good); font-weight: 700; } .partly > .box { color: var(--warn); }
.checklist ul { margin-top: .3rem; } .checklist ul li { display: flex; gap: .5rem; color: var(--faint); font-size: .9rem; padding: .1rem 0; }

@media (max-width: 60rem) {
  .frame { display: flex; flex-direction: column; gap: 0; } main { display: contents; } main > section { order: 2; } 
  nav { position: static; order: 1; padding: .4rem 0 1.6rem; }
  main > section.verdict { order: 0; padding-bottom: 1.4rem; }
  nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; }
  main > section { padding: 2rem 0; }
}
@media (max-width: 44rem) {
  .wide-only { display: none; } .narrow-only { display: block; }
  .frame, .top { padding-left: 1.1rem; padding-right: 1.1rem; }
  .figures { grid-template-columns: 1fr 1fr; }
  .cards thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .cards, .cards tbody, .cards tr, .cards td { display: block; width: auto; }
  .cards tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); column-gap: 1.8rem; position: relative; padding: .7rem 0; border-bottom: 1px solid var(--rule); }
  .cards td { grid-column: 1 / -1; display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .8rem; padding: .12rem 0; border: 0; }
  .cards td.number { grid-column: auto; display: flex; justify-content: space-between; } .cards td.number:last-child:nth-child(-n+5) { grid-column: 1 / -1; justify-content: flex-start; }
  .cards td.number:last-child:nth-child(-n+5)::before { width: 6.5rem; }
  .cards td.amount { grid-column: auto; display: block; text-align: left; } .cards td.amount::before { display: block; }
  .cards tr:has(td.mark) { padding-left: 1.5rem; } .cards td.mark { position: absolute; grid-column: auto; left: 0; top: .7rem; width: 1.2rem; display: block; }
  .cards td.mark::before, .cards td.mark + td::before { content: none !important; } .cards td.mark + td { display: block; font-weight: 500; }
  .cards td > div { min-width: 0; overflow-wrap: anywhere; }
  .cards td::before { color: var(--faint); font-size: .82rem; padding-top: .1rem; content: attr(data-en); }
  body:has(#ko:checked) .cards td::before { content: attr(data-ko); }
  .cards td:first-child:not(.mark) { display: block; padding-bottom: .3rem; } .cards td:first-child:not(.mark)::before { content: none !important; }
  .sample td:nth-child(2) > div, .cards td.wide > div, .cards td.id > div, .cards td.amount > div { min-width: 0; }
  .cards td.number, .cards td.amount { white-space: normal; }
  .cards td::before { text-align: left; } .cards tr.differs, .cards tr.explained { padding: .7rem .6rem .7rem 2.1rem; margin: 0 -.6rem; background: var(--bad-wash); }
  .cards tr:is(.differs, .explained) td { background: none; } .cards tr:is(.differs, .explained) td.mark { left: .6rem; }
  .cards tr.explained { background: var(--warn-wash); } tr.differs td:first-child, tr.explained td:first-child { padding-left: 0; }
  .checksum span { margin-right: 1ch; }
  dl > div { grid-template-columns: 6.5rem minmax(0, 1fr); gap: .8rem; }
  .timeline li { grid-template-columns: minmax(0, 1fr); gap: 0; padding: 0 0 .6rem 1.1rem; border-left: 1px solid var(--rule); margin-left: 4px; }
  .timeline li > div { border: 0; padding: 0; position: static; } .timeline li > div::before { left: -4.5px; top: .42em; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --faint: #444; --rule: #bbb; --link: #000; }
  body { font-size: 10pt; } .top { position: static; border: 0; padding: 0; } .languages, nav { display: none; }
  .frame { display: block; padding: 0; max-width: none; } main > section { padding: 1.2rem 0; }
  tr, .timeline li, .checklist > li, figure { break-inside: avoid; } h2, h3, summary { break-after: avoid; }
  a { text-decoration: none; } * { print-color-adjust: exact; }
}
`;
