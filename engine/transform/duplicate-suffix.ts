import type { Finding } from '../document/findings/finding.ts';
import { keyName, type LegacyKey, secondsOfKey } from '../document/legacy-key.ts';
import { rootId } from '../document/prisma-id.ts';
import { claimOf, uniqueKeys } from '../plan/columns/unique-keys.ts';
import { actionFor } from '../plan/policy/policies.ts';
import type { Stage } from '../plan/stage.ts';
import { tableOf } from '../plan/stage-tables.ts';
import type { Moved } from '../state/documents/outcome.ts';
import { byteaText, bytesOfBytea } from '../target/bytea.ts';
import { indexed, isRoot } from '../target/indexed-key.ts';
import type { Query } from '../target/query.ts';
import type { EncodedRow } from '../target/row-codec.ts';

/** A unique text of a document that got a suffix because another document has the same. */
export interface Suffixed {
  readonly field: string;
  /** The legacy id of the document that keeps the text. */
  readonly winner: string;
}

/** The last six hex digits of an ObjectId, or of the row's id for an `_id` of another type: the same in every run. */
function suffixOf(stage: Stage, key: LegacyKey): string {
  const hex =
    secondsOfKey(key) === null ? rootId(stage.idCollection, stage.collectionNumber, key) : key.toString('hex');
  return `-${hex.slice(-6)}`;
}

/**
 * For each claim of a row that a suffix would make another one, that other claim. A text that has the suffix already,
 * or that the model would not accept with it, has none.
 */
export function suffixedClaims(stage: Stage, key: LegacyKey, row: EncodedRow): Map<string, string> {
  const suffix = suffixOf(stage, key);
  const claims = new Map<string, string>();
  for (const unique of uniqueKeys(stage)) {
    const field = unique.fields.length === 1 ? unique.fields[0]! : null;
    const text = row[unique.indexes[0]!]!;
    if (field === null || text === 'null' || !takesSuffix(stage, field)) continue;
    const suffixed = (JSON.parse(text) as string) + suffix;
    if ((JSON.parse(text) as string).endsWith(suffix) || !isAccepted(stage, field, suffixed)) continue;
    claims.set(claimOf(unique, row), `${unique.constraint}:${JSON.stringify(suffixed)}`);
  }
  return claims;
}

function takesSuffix(stage: Stage, field: string): boolean {
  const table = tableOf(stage, stage.tables[0]!.table);
  const isText = table.columns.some((column) => column.field === field && column.kind === 'text');
  return isText && actionFor(stage.policies, 'duplicate', field) === 'suffix';
}

function isAccepted({ fields }: Stage, name: string, text: string): boolean {
  const field = fields.get(name);
  return field?.kind !== 'text' || field.rules.every((rule) => rule.test(text));
}

/** The document with suffixes on these texts of its root row, and a finding for each. */
export function withSuffixes(stage: Stage, moved: Moved, suffixed: readonly Suffixed[]): Moved {
  const { table } = stage.tables[0]!;
  const { columns } = tableOf(stage, table);
  const row = [...moved.rows.get(table)!.at(0)!];
  const findings: Finding[] = suffixed.map(({ field, winner }) => {
    const index = columns.findIndex((column) => column.field === field);
    const oldValue = JSON.parse(row[index]!) as string;
    row[index] = JSON.stringify(oldValue + suffixOf(stage, moved.raw.key));
    return { path: field, code: 'duplicate=suffix', oldValue, note: winner };
  });
  const rows = new Map(moved.rows).set(table, [row]);
  return { ...moved, rows, findings: [...moved.findings, ...findings] };
}

/** The texts that got a suffix when these documents moved, by their keys (latin1). */
export async function readSuffixed(
  query: Query,
  stage: Stage,
  keys: readonly LegacyKey[],
): Promise<Map<string, Suffixed[]>> {
  const found = new Map<string, Suffixed[]>();
  if (!Object.values(stage.policies.rules['duplicate'] ?? {}).includes('suffix')) return found;
  const rows = await query(
    `SELECT finding.legacy_key, finding.path, finding.note
     FROM migration_finding AS finding JOIN migration_id_map AS map
       ON map.collection = $1 AND ${isRoot('map')} AND ${indexed('map.legacy_key')} = ${indexed('finding.legacy_key')}
      AND map.run_id = finding.run_id
     WHERE finding.stage = $2 AND finding.code = 'duplicate=suffix'
       AND ${indexed('finding.legacy_key')} IN (SELECT ${indexed('value::bytea')} FROM unnest($3::text[]) AS value)`,
    [stage.idCollection, stage.name, keys.map(byteaText)],
  );
  for (const [key, field, winner] of rows) {
    const name = keyName(bytesOfBytea(key!));
    found.set(name, [...(found.get(name) ?? []), { field: field!, winner: winner! }]);
  }
  return found;
}
