import { hash } from 'node:crypto';
import type { TableName } from '../../../prisma/generated/tables.ts';
import { type LegacyKey, showKey } from '../../document/legacy-key.ts';
import { rootId } from '../../document/prisma-id.ts';
import type { Plan, Stage } from '../../plan/stage.ts';
import type { Moved, Outcome } from '../../state/documents/outcome.ts';
import { byteaArray, uuidArray } from '../../target/array-text.ts';
import { byteaText, bytesOfBytea } from '../../target/bytea.ts';
import { indexed } from '../../target/indexed-key.ts';
import { type EncodedRow, tableCodec } from '../../target/row-codec.ts';
import type { Target } from '../../target/target.ts';
import type { PrepareContext } from '../../transform/prepare-batch.ts';
import type { Difference } from '../difference.ts';
import { type Entry, type Held, type Row, readHeld } from '../second-reader/held.ts';
import { notKept, secondReading } from '../second-reader/second-reading.ts';
import { shapeOf } from '../second-reader/shape.ts';

/**
 * Compares what a batch should have become with what is there, twice: by rows that are derived anew, and by a reader that
 * knows nothing of how they are derived. Both are given the same texts of PostgreSQL.
 */
export async function compareBatch(
  context: PrepareContext,
  runId: string,
  outcomes: readonly Outcome[],
): Promise<Difference[]> {
  return compareOutcomes(context, runId, [...outcomes], await quarantinedKeys(context, runId, outcomes));
}

/** What is left of documents that are not in the source any more. */
export async function compareGone(context: PrepareContext, keys: readonly LegacyKey[]): Promise<Difference[]> {
  const { idCollection, collectionNumber } = context.stage;
  const sides = keys.map((key) => {
    const rootOf = rootId(idCollection, collectionNumber, key);
    return { legacyId: showKey(key), key, rootId: rootOf, due: null };
  });
  const held = await heldOf(context, sides);
  return [...compareRows(context.stage, held, sides), ...(await compareIdMap(context, held, sides))];
}

function heldOf({ target, stage }: PrepareContext, sides: readonly Side[]): Promise<Held> {
  const keys = sides.map(({ key }) => byteaText(key));
  return readHeld(
    target.query,
    shapeOf(stage),
    keys,
    sides.map((side) => side.rootId),
  );
}

/**
 * As `compareBatch`. The outcomes are taken out of their array when they have been compared: what a document of very many
 * sub-documents has become need not stay while the second reader goes through it.
 * @param held names of the documents that are in quarantine
 */
export async function compareOutcomes(
  context: PrepareContext,
  runId: string,
  outcomes: Outcome[],
  held: ReadonlySet<string>,
): Promise<Difference[]> {
  const { plan, stage, target } = context;
  const read = outcomes.map(({ raw }) => ({ ...raw, legacyId: showKey(raw.key) }));
  const [quarantined, due] = [true, false].map((is) => read.filter(({ key }) => held.has(nameOf(key)) === is));
  const { there, differences: first } = await compareDerived(context, outcomes, held);
  outcomes.length = 0;
  const second = await secondReading(target.query, shapeOf(stage), sourcesOf(plan), there, due!);
  return [
    ...first,
    ...untold(first, second),
    ...(await notKept(target.query, runId, stage.name, quarantined!, sha256)),
  ];
}

/** Compares with rows that are derived anew, and hands on what it has read for that. */
async function compareDerived(
  context: PrepareContext,
  outcomes: readonly Outcome[],
  held: ReadonlySet<string>,
): Promise<{ there: Held; differences: Difference[] }> {
  const sides = outcomes.map((outcome) => sideOf(context.stage, outcome, held));
  const there = await heldOf(context, sides);
  const differences = [
    ...outcomes.flatMap((outcome) => notHeld(outcome, held)),
    ...compareRows(context.stage, there, sides),
    ...(await compareIdMap(context, there, sides)),
  ];
  return { there, differences };
}

/** Source collections by those of the ID map. */
function sourcesOf({ stages }: Plan): ReadonlyMap<string, string> {
  return new Map(stages.map(({ idCollection, collection }) => [idCollection, collection]));
}

/** What the second comparison found and the first did not. Of a document that has lost rows only columns are told again. */
function untold(first: readonly Difference[], second: readonly Difference[]): Difference[] {
  if (first.length === 0) return [...second];
  const documents = new Set(first.map(({ legacyId }) => legacyId));
  const told = new Set(first.map(({ legacyId, where }) => `${legacyId} ${where}`));
  return second.filter(({ legacyId, where }) =>
    where.includes('.') ? !told.has(`${legacyId} ${where}`) : !documents.has(legacyId),
  );
}

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'hex');

/** A key as a member of a set. */
export const nameOf = (key: LegacyKey) => key.toString('latin1');

/** A document and what the target must hold of it: its rows, or nothing when it is in quarantine. */
interface Side {
  readonly legacyId: string;
  readonly key: LegacyKey;
  readonly rootId: string;
  readonly due: Moved | null;
}

function sideOf(stage: Stage, outcome: Outcome, held: ReadonlySet<string>): Side {
  const { key } = outcome.raw;
  return {
    legacyId: showKey(key),
    key,
    rootId: rootId(stage.idCollection, stage.collectionNumber, key),
    due: outcome.kind === 'moved' && !held.has(nameOf(key)) ? outcome : null,
  };
}

function notHeld(outcome: Outcome, held: ReadonlySet<string>): Difference[] {
  if (outcome.kind !== 'refused' || held.has(nameOf(outcome.raw.key))) return [];
  const legacyId = showKey(outcome.raw.key);
  return [
    { kind: 'missing', legacyId, where: 'migration_quarantine', rowId: null, expected: outcome.code, found: null },
  ];
}

/**
 * Names of the documents that are in quarantine: of this run, also what a later one has been refused again. An earlier
 * run's do not count: this one has tried them.
 */
export async function quarantinedKeys(
  { target, stage }: PrepareContext,
  runId: string,
  outcomes: readonly Outcome[],
): Promise<Set<string>> {
  const keys = new Map(outcomes.map(({ raw }) => [byteaText(raw.key), nameOf(raw.key)]));
  const rows = await target.query(
    `SELECT DISTINCT legacy_key FROM migration_quarantine
     WHERE run_id = $3::uuid AND stage = $1 AND state IN ('open', 'retried', 'skipped')
       AND ${indexed('legacy_key')} IN (SELECT ${indexed('key')} FROM unnest($2::bytea[]) AS key)`,
    [stage.name, byteaArray(outcomes.map(({ raw }) => raw.key)), runId],
  );
  return new Set(rows.map(([key]) => keys.get(key!)!));
}

/** The rows of these documents in every table of the stage; a document in quarantine must have none. */
function compareRows({ tables }: Stage, held: Held, sides: readonly Side[]): Difference[] {
  return tables.flatMap(({ table }) => {
    const found = new Map<string, Row[]>(sides.map((side) => [side.rootId, []]));
    for (const row of held.rows.get(table)!) found.get(row.at(-1)!)?.push(row);
    return sides.flatMap((side) =>
      compareTable(side.legacyId, table, side.due?.rows.get(table) ?? [], found.get(side.rootId)!),
    );
  });
}

/** Rows are decoded one by one: a document can have very many. */
function compareTable(
  legacyId: string,
  table: TableName,
  expected: readonly EncodedRow[],
  found: readonly Row[],
): Difference[] {
  const { columns, idIndex, decodeRow } = tableCodec(table);
  const left = new Map(found.map((row) => [row[idIndex]!, row]));
  const differences: Difference[] = [];
  for (const row of expected) {
    const rowId = row[idIndex]!;
    const id = JSON.parse(rowId) as string;
    const there = left.get(id);
    left.delete(id);
    if (there === undefined) {
      differences.push({ kind: 'missing', legacyId, where: table, rowId, expected: null, found: null });
      continue;
    }
    const other = decodeRow(there);
    for (let i = 0; i < row.length; i++) {
      if (row[i] === other[i]) continue;
      const where = `${table}.${columns[i]!.field}`;
      differences.push({ kind: 'different', legacyId, where, rowId, expected: row[i]!, found: other[i]! });
    }
  }
  for (const id of left.keys()) {
    const rowId = JSON.stringify(id);
    differences.push({ kind: 'unexpected', legacyId, where: table, rowId, expected: null, found: null });
  }
  return differences;
}

/** Every legacy id of these documents leads to its row's id, and nothing else does. */
async function compareIdMap(
  { target }: PrepareContext,
  { entries }: Held,
  sides: readonly Side[],
): Promise<Difference[]> {
  const found = new Map(entries.map((entry) => [entry[0]!, entry]));
  const lost = sides.flatMap(({ due }) => due?.entries.filter(({ id }) => !found.has(id)) ?? []);
  // One that stands under another document: an id has one entry at most.
  if (lost.length > 0) {
    const ids = lost.map(({ id }) => id);
    for (const entry of await readEntriesOf(target, ids)) found.set(entry[0]!, entry);
  }
  const differences: Difference[] = [];
  const tell = (kind: Difference['kind'], legacyId: string, rowId: string) =>
    differences.push({ kind, legacyId, where: 'migration_id_map', rowId, expected: null, found: null });
  const expected = new Set<string>();
  for (const { due, legacyId } of sides) {
    for (const entry of due?.entries ?? []) {
      expected.add(entry.id);
      const there = found.get(entry.id);
      if (there === undefined) tell('missing', legacyId, entry.id);
      else if (!isEntry(entry, there)) tell('different', legacyId, entry.id);
    }
  }
  for (const [rowId, [, , parent, key]] of found) {
    if (!expected.has(rowId)) tell('unexpected', showKey(bytesOfBytea(parent === '\\x' ? key! : parent!)), rowId);
  }
  return differences;
}

function isEntry(
  { collection, parent, key, path, occurrence }: Moved['entries'][number],
  [, itsCollection, itsParent, itsKey, itsPath, itsOccurrence]: Entry,
): boolean {
  const isPlace = collection === itsCollection && path === itsPath && `${occurrence}` === itsOccurrence;
  return isPlace && byteaText(key) === itsKey && byteaText(parent) === itsParent;
}

/** The ID map's entries of these rows, wherever they stand. */
function readEntriesOf({ query }: Target, ids: readonly string[]): Promise<Entry[]> {
  return query(`SELECT ${ENTRY} FROM migration_id_map WHERE prisma_id = ANY($1::uuid[])`, [uuidArray(ids)]);
}

const ENTRY = 'prisma_id, collection, parent_key, legacy_key, path, occurrence';
