import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Document, serialize } from 'bson';
import { FINDING_CODES, type FindingCode, type RefusalCode } from '../../engine/finding.ts';
import { keyOfDocument } from '../../engine/legacy-key.ts';
import { plan } from '../../stages/plan.ts';
import { type Given, PlatformDocuments } from './platform-documents.ts';
import {
  type Engine,
  findingsOf,
  type Migration,
  openEngine,
  quarantineOf,
  rowsOf,
  type TextRow,
} from './run-engine.ts';

/** What a document has to become. */
export type Becomes =
  | { readonly quarantine: RefusalCode; readonly path: string | null; readonly cause?: unknown }
  | {
      /** Columns of the root row, as PostgreSQL writes them. */
      readonly row: TextRow;
      /** Exactly these findings, but for those that are counted only. */
      readonly findings: readonly (readonly [FindingCode, string])[];
      /** Rows of tables below the root's, in the order of the ID map's occurrence of their source. */
      readonly children?: Readonly<Record<string, readonly TextRow[]>>;
      /** Values with no column that are kept, by path. */
      readonly kept?: Document;
    };

/** A bad input, and what it has to become. */
export interface BadInput {
  readonly what: string;
  readonly given: Given;
  /** Changes the document's BSON: what no serializer would write. */
  readonly bytes?: (bytes: Buffer) => Buffer;
  readonly becomes: Becomes;
}

export const quarantined = (quarantine: RefusalCode, path: string | null, cause?: unknown): Becomes =>
  cause === undefined ? { quarantine, path } : { quarantine, path, cause };

export const moved = (
  row: TextRow,
  findings: readonly (readonly [FindingCode, string])[] = [],
  more: { children?: Record<string, TextRow[]>; kept?: Document } = {},
): Becomes => ({ row, findings, ...more });

const COUNTED: readonly string[] = ['default', 'unknownField', 'fromId', 'fromCreatedAt'] satisfies FindingCode[];

/** Moves all the inputs in one migration into a database of their own, and holds each against what it should become. */
export function testBadInputs(inputs: (make: PlatformDocuments) => readonly BadInput[]): { engine: () => Engine } {
  const make = new PlatformDocuments();
  const all = inputs(make);
  let engine: Engine;
  let migration: Migration;
  let after: Awaited<ReturnType<typeof readAll>>;

  beforeAll(async () => {
    const changed = new Map(all.filter(({ bytes }) => bytes).map(({ given, bytes }) => [given.document, bytes!]));
    const collections: Record<string, (Document | Buffer)[]> = {};
    for (const { collection } of plan.stages) collections[collection] = [];
    for (const { collection, document } of make.all) {
      const change = changed.get(document);
      const raw = change?.(Buffer.from(serialize(document, { ignoreUndefined: false })));
      collections[collection]!.push(raw ?? document);
    }
    engine = await openEngine({ collections });
    migration = await engine.migrate();
    after = await readAll(engine);
  });
  afterAll(() => engine.close());

  test.each(all)('$what', ({ given, becomes }) => {
    const key = keyOf(given.document);
    const stage = plan.stages.find(({ collection }) => collection === given.collection)!;
    const held = after.quarantine.find((one) => one.stage === stage.name && one.key === key);
    if ('quarantine' in becomes) {
      const { quarantine: code, path, cause } = becomes;
      expect(held).toMatchObject({ code, path, state: 'open', ...(cause !== undefined && { cause }) });
      expect(after.ids.has(`${stage.idCollection} ${key}`)).toBe(false);
      return;
    }
    expect(held).toBeUndefined();
    const id = after.ids.get(`${stage.idCollection} ${key}`)!;
    expect(after.rows.get(stage.tables[0]!.table)!.get(id)).toMatchObject(becomes.row);
    const found = after.findings.filter((one) => one.stage === stage.name && one.key === key);
    expect(found.map(({ code, path }) => `${path} ${code}`).sort()).toEqual(
      becomes.findings
        .filter(([code]) => !COUNTED.includes(code))
        .map(([code, path]) => `${path} ${code}`)
        .sort(),
    );
    for (const [table, expected] of Object.entries(becomes.children ?? {})) {
      const { root } = stage.tables.find((one) => one.table === table)!;
      const rows = [...after.rows.get(table)!.values()].filter((row) => row[root] === id);
      expect(rows).toHaveLength(expected.length);
      expect(rows).toEqual(expect.arrayContaining(expected.map((row) => expect.objectContaining(row))));
    }
    const kept = after.leftovers.filter((one) => one.collection === stage.collection && one.key === key);
    const wanted = Object.entries(becomes.kept ?? {}).map(([path, v]) => `${path} ${hexOf({ v })}`);
    for (const line of wanted) expect(kept.map(({ path, value }) => `${path} ${value}`)).toContain(line);
  });

  test('the verification of all these finds every row as it should be', () => {
    expect(migration.differences).toEqual(Object.fromEntries(plan.stages.map(({ name }) => [name, []])));
  });

  test('findings that are only counted are counted', () => {
    const expected = all.flatMap(({ becomes }) => ('findings' in becomes ? becomes.findings : []));
    for (const code of COUNTED.filter((one) => expected.some(([wanted]) => wanted === one))) {
      const counted = Object.values(migration.counters).reduce((sum, { findings }) => sum + (findings[code] ?? 0), 0);
      expect(Object.keys(FINDING_CODES)).toContain(code);
      expect(counted).toBeGreaterThanOrEqual(expected.filter(([wanted]) => wanted === code).length);
    }
  });

  test('documents in quarantine are kept byte for byte', async () => {
    for (const { stage, key, document } of after.quarantine) {
      const { collection } = plan.stages.find(({ name }) => name === stage)!;
      const [raw] = await engine.source.readByKeys(collection, [Buffer.from(key, 'hex')]);
      expect(document).toBe(Buffer.from(raw!.bytes).toString('hex'));
    }
  });

  return { engine: () => engine };
}

const hexOf = (document: Document) => Buffer.from(serialize(document, { ignoreUndefined: false })).toString('hex');

function keyOf(document: Document): string {
  return keyOfDocument(serialize({ _id: document['_id'] }))!.toString('hex');
}

async function readAll({ target }: Engine) {
  const tables = plan.stages.flatMap((stage) => stage.tables.map(({ table }) => table));
  const rows = new Map<string, Map<string, TextRow>>();
  for (const table of tables) rows.set(table, await rowsOf(target, table));
  const ids = await target.query(
    `SELECT collection || ' ' || encode(legacy_key, 'hex'), prisma_id FROM migration_id_map WHERE parent_key = ''`,
    [],
  );
  const leftovers = await target.query(
    `SELECT collection, encode(legacy_key, 'hex'), path, encode(value, 'hex') FROM migration_leftover`,
    [],
  );
  return {
    rows,
    ids: new Map(ids.map(([key, id]) => [key!, id!])),
    quarantine: await quarantineOf(target),
    findings: await findingsOf(target),
    leftovers: leftovers.map(([collection, key, path, value]) => ({
      ...{ collection: collection!, key: key!, path: path!, value: value! },
    })),
  };
}
