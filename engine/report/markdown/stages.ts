import { grouped } from '../../common/figures.ts';
import { markdownText, valuesTable } from '../../common/shown-text.ts';
import { REFERENCE_CHECKS } from '../../messages/labels/references.ts';
import { TOTAL_NOTES } from '../../messages/labels/report.ts';
import { labelled } from '../../messages/message.ts';
import { HEADINGS } from '../../messages/report/headings.ts';
import { figuresAgree, NOTES, noteMeans } from '../../messages/report/notes.ts';
import { STAGE_STATES, TOTALS } from '../../messages/report/words.ts';
import type { Facts } from '../facts/facts.ts';
import type { StageFacts } from '../facts/stage-facts.ts';
import { fieldName, goneFrom, reason } from '../sample/render-sample.ts';
import { headOf, part, partOf } from './parts.ts';

export function stagesSection({ stages }: Facts): string {
  const head = headOf(
    ...(['stage', 'state', 'total', 'read', 'written', 'skipped', 'quarantined'] as const),
    ...(['rows', 'compared', 'different', 'seconds'] as const),
  );
  const rows = stages.map((stage) => [
    stage.name,
    stage.state ?? STAGE_STATES.absent.en,
    ...[stage.total, stage.read, stage.written, stage.skipped, stage.quarantined, stage.rows, stage.compared].map(
      grouped,
    ),
    grouped(Object.values(stage.differences).reduce((sum, number) => sum + number, 0)),
    stage.seconds === null ? '' : String(stage.seconds),
  ]);
  return part(HEADINGS.stages, valuesTable(head, rows), readTwice(stages));
}

function readTwice(stages: readonly StageFacts[]): string {
  const derived = stages.flatMap(({ derivedOnly }) => derivedOnly);
  const rest =
    derived.length === 0 ? '' : ` ${NOTES.derivedOnly.en} ${derived.map((name) => markdownText(name)).join(', ')}.`;
  return `${NOTES.readTwice.en}${rest}`;
}

export function totalsSection({ name, totals }: StageFacts): string {
  if (totals === null) return '';
  const head = headOf(
    ...([null, 'what', 'sourcePath', 'table', 'source', 'withoutQuarantined'] as const),
    ...(['altered', 'expected', 'found', 'note'] as const),
  );
  const shown = totals.filter(({ what, agree }) => !agree || !['nulls', 'least', 'greatest'].includes(what));
  const rows = shown.map((total) => [
    total.agree ? '=' : '≠',
    TOTALS[total.what].en,
    total.path,
    total.column === null ? total.table : `${total.table}.${total.column}`,
    total.source,
    total.quarantined,
    total.alterations.map(({ code, findings, value }) => `${value} (${code} × ${findings})`).join(', '),
    total.expected,
    total.found,
    total.note ?? '',
  ]);
  const noted = [...new Set(totals.flatMap(({ note }) => (note === null ? [] : [note])))];
  const notes = noted
    .map((note) => `\n\n${markdownText(noteMeans({ note, meaning: labelled(TOTAL_NOTES[note]) }).text)}`)
    .join('');
  const rest = totals.length - shown.length;
  const others = rest === 0 ? '' : `\n\n${figuresAgree({ figures: rest }).text}.`;
  return partOf(HEADINGS.totals, name, `${valuesTable(head, rows)}${notes}${others}`);
}

export function referencesSection({ name, references }: StageFacts): string {
  if (references === null) return '';
  const rows = references.map(({ what, table: held, column, checked, wrong }) => [
    wrong === 0 ? '=' : '≠',
    column === null ? held : `${held}.${column}`,
    REFERENCE_CHECKS[what].en,
    grouped(wrong),
    grouped(checked),
  ]);
  return partOf(HEADINGS.references, name, valuesTable(headOf(null, 'where', 'lookedFor', 'found', 'checked'), rows));
}

export function differencesSection({ stages }: Facts): string {
  const rows = stages.flatMap(({ name, firstDifferences }) =>
    firstDifferences.map(({ kind, legacyId, where, rowId }) => [name, kind, legacyId, where, rowId ?? '']),
  );
  if (rows.length === 0) return '';
  return part(HEADINGS.differences, valuesTable(headOf('stage', 'kind', 'legacyId', 'where', 'row'), rows));
}

export function samplesSection({ name, samples }: StageFacts): string {
  if (samples.length === 0) return '';
  const parts = samples.map(({ legacyId, prismaId, missing, values }) => {
    const rows = values.map((value) => [
      value.same ? '=' : '≠',
      fieldName(value),
      value.legacy,
      value.prisma,
      reason(value),
    ]);
    const body =
      missing === null ? valuesTable(headOf(null, 'field', 'mongodb', 'postgres', 'why'), rows) : goneFrom(missing);
    return `${markdownText(legacyId)} → ${prismaId}\n\n${body}`;
  });
  return `## 📊 ${HEADINGS.samples.ko}: ${markdownText(name)}\n\n${parts.join('\n\n')}`;
}
