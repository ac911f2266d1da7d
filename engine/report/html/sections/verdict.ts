import { VERDICTS } from '../../../messages/labels/report.ts';
import type { Facts } from '../../facts/facts.ts';
import type { PageFacts } from '../page-facts.ts';
import { both, duration, type Html, html, label, number, sentence } from '../text.ts';

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
    <p class="kind">${isDryRun ? both('Dry run', 'Dry-run') : both('Migration', '마이그레이션')}</p>
    <h1><span class="stamp" aria-hidden="true">${MARKS[verdict.state]}</span>${label(VERDICTS[verdict.state])}</h1>
    <p class="lead">${sentence(verdict.sentence, messages.verdict.sentence)}</p>
    ${verdict.reasons.length > 0 && html`<ul class="reasons">${verdict.reasons.map((text, i) => html`<li>${sentence(text, messages.verdict.reasons[i])}</li>`)}</ul>`}
    <ul class="figures">
      ${figure(number(add(({ read }) => read)), both('documents read', '읽은 문서'))}
      ${figure(number(add(({ rows }) => rows)), both('rows written', '기록한 행'))}
      ${figure(number(add(({ compared }) => compared)), both('documents compared', '비교한 문서'))}
      ${figure(number(held), both('in quarantine', '격리된 문서'), held > 0 ? '#quarantine' : null)}
      ${figure(number(noted), both('findings', '발견'), noted > 0 ? '#findings' : null)}
      ${figure(duration(run.seconds), course.pace.length > 0 ? both('in all', '전체 소요 시간') : both('so far', '지금까지'))}
    </ul>
  </section>`;
}

function figure(value: Html | string, name: Html, href: string | null = null): Html {
  const body = html`<strong>${value}</strong><span>${name}</span>`;
  return html`<li>${href === null ? html`<div>${body}</div>` : html`<a href="${href}">${body}</a>`}</li>`;
}
