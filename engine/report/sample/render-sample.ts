import { plainTable } from '../../common/plain-table.ts';
import type { Stage } from '../../plan/stage.ts';
import type { Sample, SampleValue } from './sample-types.ts';

/** The runbook's "📊 샘플 비교 리포트" of a stage (section 4), as text for a console of any kind. */
export function renderSample(stage: Stage, samples: readonly Sample[]): string {
  const title = `📊 샘플 비교 리포트 · ${stage.name} (${stage.collection} → ${stage.tables[0]!.table})`;
  if (samples.length === 0) return `${title}\nNo document of this stage is in the target.\n`;
  return [title, ...samples.map(renderOne), ''].join('\n');
}

function renderOne({ legacyId, prismaId, missing, values }: Sample): string {
  const head = `${legacyId} → ${prismaId}`;
  if (missing !== null) return `${head}\n≠ It is no longer in the ${missing}.`;
  const differs = values.some(({ same }) => !same);
  const rows = values.map((value) => [
    ...[value.same ? '=' : '≠', fieldName(value), value.legacy, value.prisma],
    ...(differs ? [reason(value)] : []),
  ]);
  return `${head}\n${plainTable(['', 'field', 'Legacy', 'Prisma', ...(differs ? ['why they differ'] : [])], rows)}`;
}

/** `status`, or `artist → artistId` where the column has another name. */
export function fieldName({ path, column }: SampleValue): string {
  return path === column ? path : `${path} → ${column}`;
}

/** Why a value differs, in a word: the finding's code, or that nothing explains it. */
export function reason({ same, because }: SampleValue): string {
  if (same) return '';
  return because ?? 'no finding explains it';
}
