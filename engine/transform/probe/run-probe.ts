import { createHash } from 'node:crypto';
import { serialize } from 'bson';
import { generalPath } from '../../document/findings/path.ts';
import { DocumentRefused, type RefusalCode } from '../../document/findings/refusal.ts';
import { keyOf } from '../../document/legacy-key.ts';
import { formatUuid } from '../../document/prisma-id.ts';
import type { Reference } from '../../plan/checked-document.ts';
import { encodeRow } from '../../plan/encode-row.ts';
import { RowBuilder } from '../../plan/row-builder.ts';
import type { Stage } from '../../plan/stage.ts';
import { tableOf } from '../../plan/stage-tables.ts';
import type { Query } from '../../target/query.ts';
import { checkDocument } from '../check-document.ts';
import { idOf, type Probe } from './probe-document.ts';

/** What became of a probe: its cells by `Table.column`, encoded as for the database, or why it was refused. */
export type ProbeOutcome =
  | {
      readonly kind: 'moved';
      readonly cells: ReadonlyMap<string, string>;
      /** `code path` of each. */
      readonly findings: ReadonlySet<string>;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode };

/** References to these lead nowhere, or to a document in quarantine. */
export const NOWHERE = idOf('nowhere');
export const QUARANTINED = idOf('in quarantine');

const findsNothing: Query = async () => [];

/**
 * Checks and transforms a probe by the stage itself, over an ID map in which every other reference leads to a row.
 * @param query answers what the stage asks of rows that earlier stages wrote
 */
export async function runProbe(stage: Stage, probe: Probe, query: Query = findsNothing): Promise<ProbeOutcome> {
  try {
    const document = checkDocument({ key: keyOf(probe['_id']), bytes: serialize(probe) }, stage.fields);
    const found = await stage.prepare?.([document], (_, reference) => rowOf(reference), query);
    const cells = new Map<string, string>();
    const builder = new RowBuilder(
      stage,
      document,
      (_, reference) => ({ resolution: resolve(reference), candidate: 0 }),
      found,
      (table, row) => addCells(stage, cells, table, row),
    );
    (stage.transform as (fields: unknown, to: RowBuilder) => void)(document.fields, builder);
    const findings = document.findings.map(({ code, path }) => `${code} ${generalPath(path)}`);
    return { kind: 'moved', cells, findings: new Set(findings) };
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error;
    return { kind: 'refused', code: error.code };
  }
}

function resolve(reference: Reference) {
  const [key] = reference.candidates;
  if (key!.equals(keyOf(NOWHERE))) return null;
  if (key!.equals(keyOf(QUARANTINED))) return { cause: { collection: 'any', legacyId: 'any', code: 'any' } };
  return { id: rowOf(reference) };
}

function rowOf({ to, candidates }: Reference): string {
  return uuidOf(`${to} ${candidates[0]!.toString('hex')}`);
}

/** The same UUID for the same text, always. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return formatUuid(hex.slice(0, 32));
}

/** Every table has one row at most here, since every array has one element that is there. */
function addCells(
  stage: Stage,
  cells: Map<string, string>,
  table: string,
  row: Readonly<Record<string, unknown>>,
): void {
  const { columns } = tableOf(stage, table);
  for (const [i, text] of encodeRow(stage, table, row).entries()) cells.set(`${table}.${columns[i]!.field}`, text);
}
