import { hash } from 'node:crypto';
import type { IdMapEntry } from '../../document/id-map-entry.ts';
import { keyName, type LegacyKey, showKey } from '../../document/legacy-key.ts';
import { rootId } from '../../document/prisma-id.ts';
import type { Plan, Stage } from '../../plan/stage.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import type { Moved, Outcome } from '../../state/documents/outcome.ts';
import { LEFT_OUT } from '../../state/documents/quarantine-states.ts';
import { byteaArray, uuidArray } from '../../target/array-text.ts';
import { byteaText, bytesOfBytea } from '../../target/bytea.ts';
import { indexed } from '../../target/indexed-key.ts';
import type { Target } from '../../target/target.ts';
import type { PrepareContext } from '../../transform/prepare-batch.ts';
import type { Difference } from '../difference.ts';
import { type AskEach, type Entry, type Held, readHeld } from '../second-reader/held.ts';
import type { HeldTable } from '../second-reader/held-rows.ts';
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

/** Rows of one document, beyond which this process has enough to do with one answer at a time. */
const MANY = 10_000;

function heldOf({ target, stage }: PrepareContext, sides: readonly Side[]): Promise<Held> {
  const keys = sides.map(({ key }) => byteaText(key));
  const areMany = sides.some(({ due }) => due !== null && due.rowCount > MANY);
  return readHeld(
    areMany ? oneAfterAnother(target.each) : target.each,
    shapeOf(stage),
    keys,
    sides.map((side) => side.rootId),
  );
}

function oneAfterAnother(each: AskEach): AskEach {
  let before = Promise.resolve();
  return (...asked) => {
    before = before.then(() => each(...asked));
    return before;
  };
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
  const [quarantined, due] = [true, false].map((is) => read.filter(({ key }) => held.has(keyName(key)) === is));
  const { there, differences: first } = await compareDerived(context, outcomes, held);
  outcomes.length = 0;
  const second = await secondReading(target, shapeOf(stage), sourcesOf(plan), there, due!);
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
    due: outcome.kind === 'moved' && !held.has(keyName(key)) ? outcome : null,
  };
}

function notHeld(outcome: Outcome, held: ReadonlySet<string>): Difference[] {
  if (outcome.kind !== 'refused' || held.has(keyName(outcome.raw.key))) return [];
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
  const keys = new Map(outcomes.map(({ raw }) => [byteaText(raw.key), keyName(raw.key)]));
  const rows = await target.query(
    `SELECT DISTINCT legacy_key FROM migration_quarantine
     WHERE run_id = $3::uuid AND stage = $1 AND state IN ${LEFT_OUT}
       AND ${indexed('legacy_key')} IN (SELECT ${indexed('key')} FROM unnest($2::bytea[]) AS key)`,
    [stage.name, byteaArray(outcomes.map(({ raw }) => raw.key)), runId],
  );
  return new Set(rows.map(([key]) => keys.get(key!)!));
}

/** The rows of these documents in every table of the stage; a document in quarantine must have none. */
function compareRows(stage: Stage, held: Held, sides: readonly Side[]): Difference[] {
  return stage.tables.flatMap(({ table }) => compareTable(stage, table, held.rows.get(table)!, sides));
}

/** Rows are decoded one by one: a document can have very many. */
function compareTable(stage: Stage, table: string, held: HeldTable, sides: readonly Side[]): Difference[] {
  const { columns, idIndex, decodeRow } = codecOf(stage, table);
  const taken = new Uint8Array(held.length);
  const differences: Difference[] = [];
  for (const { legacyId, rootId: root, due } of sides) {
    for (const row of due?.rows.get(table) ?? []) {
      const rowId = row[idIndex]!;
      const place = held.placeOf(JSON.parse(rowId) as string);
      const there = place === undefined ? undefined : held.at(place);
      if (there?.at(-1) !== root || taken[place!] === 1) {
        differences.push({ kind: 'missing', legacyId, where: table, rowId, expected: null, found: null });
        continue;
      }
      taken[place!] = 1;
      const other = decodeRow(there);
      for (let i = 0; i < row.length; i++) {
        if (row[i] === other[i]) continue;
        const where = `${table}.${columns[i]!.field}`;
        differences.push({ kind: 'different', legacyId, where, rowId, expected: row[i]!, found: other[i]! });
      }
    }
  }
  const legacyIds = new Map(sides.map(({ rootId: root, legacyId }) => [root, legacyId]));
  for (let place = taken.indexOf(0); place >= 0; place = taken.indexOf(0, place + 1)) {
    const row = held.at(place);
    const legacyId = legacyIds.get(row.at(-1)!);
    if (legacyId === undefined) continue;
    const rowId = JSON.stringify(row[idIndex]);
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
  const places = new Map<string, number>();
  for (let place = 0; place < entries.length; place++) places.set(entries.at(place, 1)[0]!, place);
  // One that stands under another document: an id has one entry at most.
  const elsewhere = new Map((await readEntriesOf(target, lostOf(sides, places))).map((entry) => [entry[0]!, entry]));
  const differences: Difference[] = [];
  const tell = (kind: Difference['kind'], legacyId: string, rowId: string) =>
    differences.push({ kind, legacyId, where: 'migration_id_map', rowId, expected: null, found: null });
  const expected = new Uint8Array(entries.length);
  for (const { due, legacyId } of sides) {
    for (const entry of due?.entries ?? []) {
      const place = places.get(entry.id);
      if (place !== undefined) expected[place] = 1;
      const there = place === undefined ? elsewhere.get(entry.id) : entries.at(place);
      if (there === undefined) tell('missing', legacyId, entry.id);
      else if (!isEntry(entry, there)) tell('different', legacyId, entry.id);
    }
  }
  for (let place = expected.indexOf(0); place >= 0; place = expected.indexOf(0, place + 1)) {
    const [rowId, , parent, key] = entries.at(place);
    tell('unexpected', showKey(bytesOfBytea(parent === '\\x' ? key! : parent!)), rowId!);
  }
  return differences;
}

/** The ids that the ID map has not under their documents. */
function lostOf(sides: readonly Side[], places: ReadonlyMap<string, number>): string[] {
  const lost: string[] = [];
  for (const { due } of sides) for (const { id } of due?.entries ?? []) if (!places.has(id)) lost.push(id);
  return lost;
}

function isEntry(
  { collection, parent, key, path, occurrence }: IdMapEntry,
  [, itsCollection, itsParent, itsKey, itsPath, itsOccurrence]: Entry,
): boolean {
  const isPlace = collection === itsCollection && path === itsPath && `${occurrence}` === itsOccurrence;
  return isPlace && byteaText(key) === itsKey && byteaText(parent) === itsParent;
}

/** The ID map's entries of these rows, wherever they stand. */
async function readEntriesOf({ query }: Target, ids: readonly string[]): Promise<Entry[]> {
  if (ids.length === 0) return [];
  return query(`SELECT ${ENTRY} FROM migration_id_map WHERE prisma_id = ANY($1::uuid[])`, [uuidArray(ids)]);
}

const ENTRY = 'prisma_id, collection, parent_key, legacy_key, path, occurrence';
