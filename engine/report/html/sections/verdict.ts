import { grouped } from '../../../common/figures.ts';
import { VERDICTS } from '../../../messages/labels/report.ts';
import { RUN_KINDS } from '../../../messages/report/headings.ts';
import { WORDS } from '../../../messages/report/words.ts';
import type { Facts } from '../../facts/facts.ts';
import type { PageFacts } from '../page-facts.ts';
import { duration, type Html, html, label, sentence } from '../text.ts';

const MARKS: Readonly<Record<Facts['verdict']['state'], string>> = {
  verified: '✓',
  quarantined: '!',
  different: '≠',
  incomplete: '…',
};

/** The verdict in words, what keeps it from being better, and the figures of the whole run. */
export function verdictSection({ verdict, run, stages, quarantine, findings, course, messages }: PageFacts): Html {
  const add = (pick: (stage: Facts['stages'][number]) => number) => stages.reduce((sum, stage) => sum + pick(stage), 0);
  const held = quarantine.reduce((sum, { documents }) => sum + documents, 0);
  const noted = findings.reduce((sum, { findings: count }) => sum + count, 0);
  const isDryRun = run.options['dryRun'] === true;
  return html`<section id="verdict" class="verdict ${verdict.state}">
    <p class="kind">${isDryRun ? label(RUN_KINDS.dryRun) : label(RUN_KINDS.migration)}</p>
    <h1><span class="stamp" aria-hidden="true">${MARKS[verdict.state]}</span>${label(VERDICTS[verdict.state])}</h1>
    <p class="lead">${sentence(verdict.sentence, messages.verdict.sentence)}</p>
    ${verdict.reasons.length > 0 && html`<ul class="reasons">${verdict.reasons.map((text, i) => html`<li>${sentence(text, messages.verdict.reasons[i])}</li>`)}</ul>`}
    <ul class="figures">
      ${figure(grouped(add(({ read }) => read)), label(WORDS.documentsRead))}
      ${figure(grouped(add(({ rows }) => rows)), label(WORDS.rowsWritten))}
      ${figure(grouped(add(({ compared }) => compared)), label(WORDS.documentsCompared))}
      ${figure(grouped(held), label(WORDS.inQuarantine), held > 0 ? '#quarantine' : null)}
      ${figure(grouped(noted), label(WORDS.findings), noted > 0 ? '#findings' : null)}
      ${figure(duration(run.seconds), course.pace.length > 0 ? label(WORDS.inAll) : label(WORDS.soFar))}
    </ul>
  </section>`;
}

function figure(value: Html | string, name: Html, href: string | null = null): Html {
  const body = html`<strong>${value}</strong><span>${name}</span>`;
  return html`<li>${href === null ? html`<div>${body}</div>` : html`<a href="${href}">${body}</a>`}</li>`;
}
