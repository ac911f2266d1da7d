import { plainTable } from '../../common/plain-table.ts';
import { COLUMNS } from '../../messages/report/columns.ts';
import { HEADINGS } from '../../messages/report/headings.ts';
import { EMPTY, NOTES } from '../../messages/report/notes.ts';
import { WORDS } from '../../messages/report/words.ts';
import type { Stage } from '../../plan/stage.ts';
import type { Sample, SampleValue } from './sample-types.ts';

/** The runbook's "📊 샘플 비교 리포트" of a stage (section 4), as text for a console of any kind. */
export function renderSample(stage: Stage, samples: readonly Sample[]): string {
  const title = `📊 ${HEADINGS.samples.ko} · ${stage.name} (${stage.collection} → ${stage.tables[0]!.table})`;
  if (samples.length === 0) return `${title}\n${EMPTY.stage.en}\n`;
  return [title, ...samples.map(renderOne), ''].join('\n');
}

function renderOne({ legacyId, prismaId, missing, values }: Sample): string {
  const head = `${legacyId} → ${prismaId}`;
  if (missing !== null) return `${head}\n≠ ${goneFrom(missing)}`;
  const differs = values.some(({ same }) => !same);
  const rows = values.map((value) => [
    ...[value.same ? '=' : '≠', fieldName(value), value.legacy, value.prisma],
    ...(differs ? [reason(value)] : []),
  ]);
  const { field, mongodb, postgres, why } = COLUMNS;
  const shown = [field, mongodb, postgres, ...(differs ? [why] : [])];
  return `${head}\n${plainTable(['', ...shown.map(({ en }) => en)], rows)}`;
}

/** Said of a pair of which one is gone by now. */
export function goneFrom(missing: 'source' | 'target'): string {
  return (missing === 'source' ? NOTES.goneFromSource : NOTES.goneFromTarget).en;
}

/** `status`, or `artist → artistId` where the column has another name. */
export function fieldName({ path, column }: SampleValue): string {
  return path === column ? path : `${path} → ${column}`;
}

/** Why a value differs, in a word: the finding's code, or that nothing explains it. */
export function reason({ same, because }: SampleValue): string {
  if (same) return '';
  return because ?? WORDS.unexplained.en;
}
