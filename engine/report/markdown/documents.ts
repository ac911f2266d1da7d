import { grouped } from '../../common/figures.ts';
import { markdownText, valuesTable } from '../../common/shown-text.ts';
import { HEADINGS } from '../../messages/report/headings.ts';
import { andMore, checksumBy, documentsAndBytes, EMPTY, NOTES } from '../../messages/report/notes.ts';
import { WORDS } from '../../messages/report/words.ts';
import { type CensusFacts, countsText, fateText } from '../facts/census-facts.ts';
import type { FindingFacts, QuarantineFacts } from '../facts/document-facts.ts';
import type { Facts } from '../facts/facts.ts';
import { headOf, part, partOf } from './parts.ts';

export function quarantineSection(quarantine: readonly QuarantineFacts[]): string {
  if (quarantine.length === 0) return part(HEADINGS.quarantine, EMPTY.quarantine.en);
  const parts = quarantine.map(({ stage, code, state, meaning, documents, examples }) => {
    const rows = examples.map(({ legacyId, path, sqlstate, constraint, cause }) => [
      legacyId,
      path ?? '',
      [sqlstate, constraint].filter((text) => text !== null).join(' '),
      cause === null ? '' : `${cause.collection} ${cause.legacyId} (${cause.code})`,
    ]);
    const rest = documents - examples.length;
    return [
      `### ${markdownText(stage)}: ${markdownText(code)} × ${grouped(documents)}${state === 'open' ? '' : ` (${markdownText(state)})`}`,
      markdownText(meaning),
      valuesTable(headOf('legacyId', 'path', 'database', 'because'), rows),
      ...(rest > 0 ? [`${andMore({ rest }).text}.`] : []),
    ].join('\n\n');
  });
  return part(HEADINGS.quarantine, ...parts);
}

export function findingsSection(findings: readonly FindingFacts[]): string {
  if (findings.length === 0) return part(HEADINGS.findings, EMPTY.findings.en);
  const rows = findings.map(({ stage, code, path, findings: number, meaning, samples }) => [
    stage,
    code,
    path ?? samples.map((sample) => sample.path).join(', '),
    grouped(number),
    meaning,
  ]);
  return part(HEADINGS.findings, valuesTable(headOf('stage', 'code', 'path', 'times', 'meaning'), rows));
}

export function leftoversSection({ leftovers }: Facts): string {
  if (leftovers.length === 0) return part(HEADINGS.leftovers, EMPTY.leftovers.en);
  const rows = leftovers.map(({ collection, path, values }) => [collection, path, grouped(values)]);
  return part(HEADINGS.leftovers, NOTES.leftovers.en, valuesTable(headOf('collection', 'path', 'values'), rows));
}

/** One collection's census as a section. */
export function censusSection({ collection, documents, bytes, paths }: CensusFacts): string {
  const rows = paths.map((one) => [
    one.path,
    grouped(one.documents),
    grouped(one.values),
    countsText(one.types),
    fateText(one.to),
    [countsText(one.findings), refusedText(one.refused)].filter((text) => text !== '').join('; '),
  ]);
  const head = headOf('path', 'documents', 'values', 'types', 'goesTo', 'noticed');
  return partOf(HEADINGS.census, collection, documentsAndBytes({ documents, bytes }).text, valuesTable(head, rows));
}

function refusedText(refused: CensusFacts['paths'][number]['refused']): string {
  const told = countsText(refused);
  return told === '' ? '' : `${WORDS.refused.en}: ${told}`;
}

export function tablesSection({ tables, checksumMethod, idMap }: Facts): string {
  const rows = tables.map(({ table: name, rows: number, checksum }) => [name, grouped(number), checksum]);
  const entries = Object.entries(idMap).map(([collection, number]) => [collection, grouped(number)]);
  return [
    part(HEADINGS.tables, valuesTable(headOf('table', 'rows', 'checksum'), rows)),
    checksumBy({ method: markdownText(checksumMethod) }).text,
    part(HEADINGS.idMap, valuesTable(headOf('collection', 'entries'), entries)),
  ].join('\n\n');
}
