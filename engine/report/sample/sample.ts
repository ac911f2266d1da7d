import type { Column } from '../../../prisma/model/target-model.ts';
import { harmlessText, shortText } from '../../common/shown-text.ts';
import { extendedJson } from '../../document/bson/extended-json.ts';
import { valueAt } from '../../document/bson/members.ts';
import { boolOf, millisecondsOf, textOf } from '../../document/bson/scalars.ts';
import { TYPE } from '../../document/bson/types.ts';
import { type BsonValue, documentValue, isNumber } from '../../document/bson/value.ts';
import { Exact, exactNumber } from '../../document/exact-number.ts';
import type { FindingCode } from '../../document/findings/finding.ts';
import { generalPath } from '../../document/findings/path.ts';
import { keyName, keyOfValue, type LegacyKey, showKey } from '../../document/legacy-key.ts';
import { timestampText } from '../../document/moment.ts';
import { sayKey, sayReference } from '../../document/say-key.ts';
import { POLICY_FINDINGS } from '../../messages/labels/policies.ts';
import { STAND_INS } from '../../messages/labels/stand-ins.ts';
import { referenceCandidates } from '../../plan/reference-candidates.ts';
import type { Plan, SampleField, Stage } from '../../plan/stage.ts';
import { codecOf, tableOf } from '../../plan/stage-tables.ts';
import type { Source } from '../../source/source.ts';
import { byteaText, bytesOfBytea } from '../../target/bytea.ts';
import { indexed, isRoot } from '../../target/indexed-key.ts';
import { unhurried } from '../../target/long-read.ts';
import type { Target } from '../../target/target.ts';
import { masked } from './mask.ts';
import type { Sample, SampleValue } from './sample-types.ts';

export { renderSample } from './render-sample.ts';

export interface SampleContext {
  readonly plan: Plan;
  readonly stage: Stage;
  readonly source: Source;
  readonly target: Target;
}

/** Characters of a value that are shown; references are shown whole, unless an id is very long. */
const SHOWN = 60;
const REFERENCE_SHOWN = 160;

/** Findings that tell of another value, not just about the value. */
export const ALTERING: readonly FindingCode[] = [
  ...(['cast', 'setter', 'floatNoise', 'subMillisecond'] as const),
  ...(['dangling', 'referenceType', 'referenceElsewhere', 'referenceForm', 'emptyText'] as const),
  ...(Object.keys(POLICY_FINDINGS) as FindingCode[]),
];

interface Reason {
  readonly code: string;
  /** The new value of an altered number. */
  readonly note: string | null;
}

/**
 * Draws documents of a stage at random (the same ones for the same seed, a UUID such as the run's id), reads each from both databases anew, and sets
 * the fields of `stage.samples` side by side. Values are compared before they are masked.
 */
export async function sampleStage(
  { stage, source, target }: SampleContext,
  seed: string,
  { count = 3 }: { count?: number } = {},
): Promise<Sample[]> {
  const drawn = await draw(target, stage, seed, count);
  const keys = drawn.map(({ key }) => key);
  const documents = new Map<string, BsonValue>();
  for (const { key, bytes } of await source.readByKeys(stage.collection, keys)) {
    documents.set(keyName(key), documentValue(bytes));
  }
  const rows = await readRows(
    target,
    stage,
    drawn.map(({ id }) => id),
  );
  const referred = await legacyKeysOf(target, stage, [...rows.values()]);
  const reasons = await reasonsOf(target, stage, keys);
  return drawn.map(({ key, id }) => {
    const name = keyName(key);
    const document = documents.get(name);
    const row = rows.get(id);
    const missing = document === undefined ? 'source' : row === undefined ? 'target' : null;
    const reasonAt = (path: string) => reasons.get(`${name}\n${path}`) ?? null;
    const values =
      document === undefined || row === undefined
        ? []
        : stage.samples.map((field) => sideBySide(stage, field, document, row, referred, reasonAt(field.path)));
    return { legacyId: sayKey(key), prismaId: id, missing, values };
  });
}

/** The hash's seed is the last 64 bits of a UUID: random over the documents, and reproducible. */
async function draw(
  target: Target,
  stage: Stage,
  seed: string,
  count: number,
): Promise<{ key: LegacyKey; id: string }[]> {
  const rows = await unhurried(target)(
    `SELECT legacy_key, prisma_id FROM migration_id_map WHERE collection = $1 AND ${isRoot()}
     ORDER BY uuid_hash_extended(prisma_id, ('x' || right(replace($2::text, '-', ''), 16))::bit(64)::bigint), prisma_id
     LIMIT $3::int`,
    [stage.idCollection, seed, count],
  );
  return rows.map(([key, id]) => ({ key: bytesOfBytea(key!), id: id! }));
}

/** A row's values as JSON texts by column name. */
type Row = ReadonlyMap<string, string>;

async function readRows(target: Target, stage: Stage, ids: readonly string[]): Promise<Map<string, Row>> {
  const codec = codecOf(stage, stage.tables[0]!.table);
  const rows = await target.query(
    `SELECT ${codec.id}, ${codec.selectList} FROM ${codec.relation} WHERE ${codec.id} = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(
    rows.map(([id, ...values]) => {
      const texts = codec.decodeRow(values);
      return [id!, new Map(codec.columns.map(({ field }, i) => [field, texts[i]!]))];
    }),
  );
}

/** Columns that refer to another row. */
function referenceColumns(stage: Stage): ReadonlySet<string> {
  return new Set(tableOf(stage, stage.tables[0]!.table).references.flatMap(({ fields }) => fields));
}

async function legacyKeysOf(target: Target, stage: Stage, rows: readonly Row[]): Promise<Map<string, LegacyKey>> {
  const columns = referenceColumns(stage);
  const ids = stage.samples
    .filter(({ column }) => columns.has(column))
    .flatMap(({ column }) => rows.map((row) => JSON.parse(row.get(column)!) as string | null))
    .filter((id) => id !== null);
  const found = await target.query(
    `SELECT prisma_id, legacy_key FROM migration_id_map WHERE prisma_id = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(found.map(([id, key]) => [id!, bytesOfBytea(key!)]));
}

async function reasonsOf(target: Target, stage: Stage, keys: readonly LegacyKey[]): Promise<Map<string, Reason>> {
  const rows = await target.query(
    `SELECT legacy_key, path, code, note FROM migration_finding
     WHERE stage = $1 AND ${indexed('legacy_key')} IN (SELECT ${indexed('value::bytea')} FROM unnest($2::text[]) AS value)
       AND code = ANY($3::text[]) ORDER BY id`,
    [stage.name, keys.map(byteaText), ALTERING],
  );
  return new Map(
    rows.map(([key, path, code, note]) => [
      `${keyName(bytesOfBytea(key!))}\n${generalPath(path!)}`,
      { code: code!, note: note! },
    ]),
  );
}

function sideBySide(
  stage: Stage,
  { path, column, masked: mask }: SampleField,
  document: BsonValue,
  row: Row,
  referred: ReadonlyMap<string, LegacyKey>,
  reason: Reason | null,
): SampleValue {
  const described = tableOf(stage, stage.tables[0]!.table).columns.find(({ field }) => field === column)!;
  const found = valueAt(document, path);
  const reference = referenceColumns(stage).has(column);
  const pair = reference
    ? referencePair(found, JSON.parse(row.get(column)!) as string | null, referred, reason)
    : valuePair(found, row.get(column)!, described, reason);
  const show = (side: string | null, absent: string) => {
    if (mask === 'hidden') return masked('', mask);
    if (side === null) return absent;
    return shortText(harmlessText(mask === undefined ? side : masked(side, mask)), reference ? REFERENCE_SHOWN : SHOWN);
  };
  const gone = (found === undefined ? STAND_INS.missing : STAND_INS.null).en;
  return {
    path,
    column,
    legacy: show(pair.legacy, gone),
    prisma: show(pair.prisma, STAND_INS.null.en),
    same: pair.same,
    because: pair.same ? null : pair.because,
  };
}

/** Both sides as text, null for nothing there, and whether they mean the same. */
interface Pair {
  readonly legacy: string | null;
  readonly prisma: string | null;
  readonly same: boolean;
  /** What would explain a difference. */
  readonly because: string | null;
}

function referencePair(
  found: BsonValue | undefined,
  id: string | null,
  referred: ReadonlyMap<string, LegacyKey>,
  reason: Reason | null,
): Pair {
  const key = id === null ? undefined : referred.get(id);
  // A text of 24 hex digits means an ObjectId, and its candidates say so.
  const legacy = found === undefined || found.type === TYPE.null ? null : sayReference(referenceCandidates(found).keys);
  const prisma = id === null ? null : `${key === undefined ? STAND_INS.notInIdMap.en : sayKey(key)} → ${id}`;
  const same = id === null ? legacy === null : key !== undefined && found !== undefined && refersTo(found, key);
  return { legacy, prisma, same, because: id === null ? (reason?.code ?? null) : null };
}

function refersTo(found: BsonValue, key: LegacyKey): boolean {
  return referenceCandidates(found).keys.some((candidate) => candidate.equals(key));
}

function valuePair(found: BsonValue | undefined, json: string, { kind }: Column, reason: Reason | null): Pair {
  const legacy = found === undefined || found.type === TYPE.null ? null : legacyText(found);
  const explained = reason?.code ?? (legacy === null ? 'default' : null);
  if (json === 'null') return { legacy, prisma: null, same: legacy === null, because: explained };
  const prisma = json.startsWith('"') ? (JSON.parse(json) as string) : json;
  const numeric = kind === 'decimal' || kind === 'integer' || kind === 'bigint';
  const same = found !== undefined && legacy !== null && (numeric ? sameNumber(found, prisma) : legacy === prisma);
  const otherNumber = numeric && reason !== null && (reason.note === null || !new Exact(reason.note).eq(prisma));
  return { legacy, prisma, same, because: otherNumber ? null : explained };
}

function sameNumber(found: BsonValue, prisma: string): boolean {
  const number = exactNumber(found, '');
  return number !== null && new Exact(number.toString()).eq(prisma);
}

function legacyText(value: BsonValue): string {
  switch (value.type) {
    case TYPE.string:
      return textOf(value);
    case TYPE.bool:
      return String(boolOf(value));
    case TYPE.date: {
      const date = new Date(Number(millisecondsOf(value)));
      return Number.isNaN(date.getTime()) ? STAND_INS.invalidDate.en : timestampText(date);
    }
    case TYPE.objectId:
      return showKey(keyOfValue(value));
    default: {
      const number = isNumber(value) ? exactNumber(value, '') : null;
      return number === null ? extendedJson(value).text : number.toString();
    }
  }
}
