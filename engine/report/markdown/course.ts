import { grouped } from '../../common/figures.ts';
import { valuesTable } from '../../common/shown-text.ts';
import { CHECKLIST, CHECKLIST_STATES } from '../../messages/labels/report.ts';
import { COLUMNS } from '../../messages/report/columns.ts';
import { HEADINGS } from '../../messages/report/headings.ts';
import { atLeastDocuments, estimatedBy, NOTES, smokeTestsPut } from '../../messages/report/notes.ts';
import { TIMELINE_WORDS, WORDS } from '../../messages/report/words.ts';
import type { SmokeLatency } from '../../verdict/smoke-record.ts';
import type { Facts } from '../facts/facts.ts';
import { headOf, lasted, part } from './parts.ts';

export function downtimeSection({ downtime }: Facts): string {
  const { mode, seconds, duration, estimate, phases, actions, probed, writes } = downtime;
  if (mode === 'none') return '';
  const told = writes.flatMap(({ at, collections }) =>
    collections.map(({ collection, documents }) => [at, collection, atLeastDocuments({ documents }).text]),
  );
  const measured = seconds === null ? WORDS.notOver.en : `${duration} (${lasted(seconds)})`;
  const expected =
    estimate === null ? WORDS.none.en : estimatedBy({ time: lasted(estimate.seconds), run: estimate.from.runId }).text;
  const watched =
    probed === false ? WORDS.sourceIsDump.en : told.length === 0 ? WORDS.noneSeen.en : String(told.length);
  return [
    part(
      HEADINGS.downtime,
      valuesTable(
        [COLUMNS.maintenance.en, mode],
        [
          [COLUMNS.measured.en, measured],
          [COLUMNS.estimate.en, expected],
          [COLUMNS.writes.en, watched],
        ],
      ),
    ),
    valuesTable(
      headOf('phase', 'began', 'seconds'),
      phases.map(({ name, at, seconds: took }) => [name, at, took === null ? '' : String(took)]),
    ),
    ...(told.length === 0 ? [] : [valuesTable(headOf('writesAt', 'collection', 'documents'), told)]),
    valuesTable(
      headOf('action', 'kind', 'for', 'when', 'outcome'),
      actions.map(({ name, kind, direction, at, outcome }) => [name, kind, direction, at, outcome]),
    ),
  ].join('\n\n');
}

/** The platform’s queries, put to both databases. */
export function smokeTestsSection({ smokeTests }: Facts): string {
  if (smokeTests === null) return '';
  const { at, seed, samples, waived, questions } = smokeTests;
  const ms = (latency: SmokeLatency | null) => (latency === null ? '–' : `${latency.median} / ${latency.worst}`);
  const rows = questions.map(({ name, description, missing, asked, equal, different, explained, latency, slow }) => [
    missing.length > 0 ? '–' : different > 0 ? '≠' : '=',
    `${name}: ${description}`,
    ...[asked, equal, different, explained].map(grouped),
    ms(latency.mongoose),
    `${ms(latency.prisma)}${slow ? ` (${WORDS.slow.en})` : ''}`,
  ]);
  const head = headOf(
    ...([null, 'question', 'asked', 'equal', 'different', 'explained', 'mongooseMs', 'prismaMs'] as const),
  );
  const first = questions.flatMap(({ name, first: told }) =>
    told.map(({ legacyId, path, legacy, prisma }) => [name, legacyId ?? '', path, legacy, prisma]),
  );
  return [
    part(HEADINGS.smokeTests, smokeTestsPut({ at, samples, seed: String(seed) }).text),
    ...(waived && first.length > 0 ? [NOTES.answersWaived.en] : []),
    valuesTable(head, rows),
    ...(first.length > 0 ? [valuesTable(headOf('question', '_id', 'path', 'mongoose', 'prisma'), first)] : []),
  ].join('\n\n');
}

export function timelineSection({ course: { timeline } }: Facts): string {
  if (timeline.length === 0) return '';
  const rows = timeline.map(({ at, kind, name, way, detail, refused, by }) => [
    at,
    kind === 'message' ? `${name} (${way})` : name,
    detail ?? '',
    kind === 'message' ? (refused ?? TIMELINE_WORDS.accepted.en) : '',
    by ?? (kind === 'message' ? TIMELINE_WORDS.byUnknown.en : ''),
  ]);
  return part(HEADINGS.timeline, valuesTable(headOf('when', 'what', 'detail', 'outcome', 'by'), rows));
}

/** The runbook’s checklist, ticked by facts only. */
export function checklistSection({ checklist }: Facts): string {
  const lines = checklist.map(({ item, state }) => {
    const seen = state === 'seen' ? '' : ` (${CHECKLIST_STATES[state].en})`;
    return `- [${state === 'seen' ? 'x' : ' '}] ${CHECKLIST[item].en}${seen}`;
  });
  return part(HEADINGS.checklist, lines.join('\n'));
}
