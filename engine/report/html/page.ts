import { createHash } from 'node:crypto';
import { harmlessText } from '../../common/shown-text.ts';
import { inKorean, labelled } from '../../messages/message.ts';
import { RUN_KINDS } from '../../messages/report/headings.ts';
import { titleOf } from '../../messages/report/notes.ts';
import type { Told } from '../facts/facts.ts';
import { verdictSection } from './sections/verdict.ts';
import { SECTIONS } from './sections.ts';
import { STYLE } from './style.ts';
import { html, label, raw } from './text.ts';

/**
 * The reader's language is Korean or, for everybody else, English. Without scripts the page is in English until the
 * switch is used, which is CSS only. What is folded away is printed all the same.
 */
const SCRIPT = `
const root = document.documentElement;
const radios = document.querySelectorAll('input[name=language]');
const show = () => { for (const radio of radios) if (radio.checked) { root.lang = radio.value; document.title = radio.dataset.title; } };
for (const radio of radios) radio.addEventListener('change', show);
if (/^ko\\b/i.test(navigator.language)) document.getElementById('ko').checked = true;
show();
addEventListener('beforeprint', () => { for (const details of document.querySelectorAll('details')) details.open = true; });
`;

/** Nothing is loaded from anywhere, and no script but this page's own runs, whatever the names in the data hold. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A run's facts as one self-contained page, in English and Korean, for screens of any width and for paper. */
export async function htmlReport({ facts: told, messages }: Told): Promise<string> {
  const facts = harmless({ ...told, messages });
  const { run } = facts;
  const kind = labelled(run.options['dryRun'] === true ? RUN_KINDS.dryRun : RUN_KINDS.migration);
  const title = titleOf({ kind, day: run.startedAt.slice(0, 10) });
  const sections = [];
  for (const { id, heading, render } of SECTIONS) {
    sections.push(html`<section id="${id}"><h2>${label(heading)}</h2>${await render(facts)}</section>`);
  }
  const links = SECTIONS.map(({ id, heading }) => html`<li><a href="#${id}">${label(heading)}</a></li>`);
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title.text}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header class="top"><a class="brand" href="#verdict">mongo-to-prisma</a>
<div class="languages" role="radiogroup" aria-label="Language · 언어">
<input type="radio" name="language" id="en" value="en" checked data-title="${title.text}"><label for="en">English</label>
<input type="radio" name="language" id="ko" value="ko" data-title="${inKorean(title)}"><label for="ko">한국어</label>
</div></header>
<div class="frame">
<nav aria-label="Contents · 목차"><ul>${links}</ul></nav>
<main>${verdictSection(facts)}${sections}</main>
</div>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`;
  return String(page);
}

/** The same facts with the steering characters of every text written out, wherever it came from. */
function harmless<T>(value: T): T;
function harmless(value: unknown): unknown {
  if (typeof value === 'string') return harmlessText(value);
  if (Array.isArray(value)) return value.map((element) => harmless(element));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [harmlessText(name), harmless(inner)]));
}
