import { join } from 'node:path';
import { writePrivately } from '../../common/private-file.ts';
import { valueInBox } from '../../document/bson/box.ts';
import { extendedJson } from '../../document/bson/extended-json.ts';
import { faultIn } from '../../document/bson/fault.ts';
import { packed } from '../../document/bson/parse-extended.ts';
import { type BsonValue, documentValue } from '../../document/bson/value.ts';
import { showKey } from '../../document/legacy-key.ts';
import type { Plan } from '../../plan/stage.ts';
import { bytesOfBytea } from '../../target/bytea.ts';
import { longRead } from '../../target/long-read.ts';
import type { Target } from '../../target/target.ts';
import { writeIdMapping } from './id-mapping-file.ts';

/** A file and how many entries it holds. */
export interface Exported {
  readonly file: string;
  readonly entries: number;
}

type Row = readonly (string | null)[];

/** A side table as lines of canonical Extended JSON; the columns of `select` are text. */
interface Export {
  readonly name: string;
  readonly select: string;
  readonly entry: (row: Row) => Record<string, unknown>;
}

const EXPORTS: readonly Export[] = [
  {
    name: 'quarantine.ndjson',
    select: `SELECT run_id::text AS run, stage, legacy_key::text AS legacy, document::text AS document, code, path, message,
      sqlstate, constraint_name, cause::text AS cause, state FROM migration_quarantine ORDER BY id`,
    entry: ([run, stage, legacy, document, code, path, message, sqlstate, constraint, cause, state]) => ({
      ...{ run, stage, legacyId: shown(legacy!), code, path, message, sqlstate, constraint },
      ...{ cause: cause === null ? null : JSON.parse(cause!), state, document: documentOf(document!) },
    }),
  },
  {
    name: 'findings.ndjson',
    select: `SELECT run_id::text AS run, stage, legacy_key::text AS legacy, path, code, old_value::text AS old, note
      FROM migration_finding ORDER BY id`,
    entry: ([run, stage, legacy, path, code, old, note]) => ({
      ...{ run, stage, legacyId: shown(legacy!), path, code, note },
      ...(old === null ? {} : { oldValue: unboxed(old!) }),
    }),
  },
  {
    name: 'leftovers.ndjson',
    select: `SELECT run_id::text AS run, collection, legacy_key::text AS legacy, path, value::text AS value, name
      FROM migration_leftover ORDER BY id`,
    entry: ([run, collection, legacy, path, value, name]) => ({
      ...{ run, collection, legacyId: shown(legacy!), path, ...(name !== null && { name }), value: unboxed(value!) },
    }),
  },
];

const PAGE = 200;

/**
 * Writes what the side tables hold into a folder, readable by its owner only: prisma-id-mapping.json, and quarantine,
 * findings and leftovers as one line of canonical Extended JSON each. Streamed: memory stays flat.
 */
export async function exportSideTables(target: Target, plan: Plan, folder: string): Promise<Exported[]> {
  const mapping = join(folder, 'prisma-id-mapping.json');
  const counts = await writeIdMapping(target, plan, mapping, { dryRun: false, generatedAt: new Date() });
  const exported = [{ file: mapping, entries: Object.values(counts).reduce((sum, count) => sum + count, 0) }];
  for (const one of EXPORTS) exported.push(await exportTable(target, folder, one));
  return exported;
}

async function exportTable(target: Target, folder: string, { name, select, entry }: Export): Promise<Exported> {
  const file = join(folder, name);
  let entries = 0;
  await writePrivately(file, (put) =>
    longRead(target, async (query) => {
      await query(`DECLARE exported NO SCROLL CURSOR FOR ${select}`, []);
      for (;;) {
        const rows = await query(`FETCH ${PAGE} FROM exported`, []);
        if (rows.length === 0) return;
        await put(rows.map((row) => `${JSON.stringify(entry(row))}\n`).join(''));
        entries += rows.length;
      }
    }),
  );
  return { file, entries };
}

const shown = (bytea: string) => showKey(bytesOfBytea(bytea));

/** A whole document. */
function documentOf(bytea: string): unknown {
  return toldOf(bytesOfBytea(bytea), documentValue);
}

/** A single value, kept as the document `{v: value}`. */
function unboxed(bytea: string): unknown {
  return toldOf(bytesOfBytea(bytea), (box) => valueInBox(box));
}

/** What Extended JSON cannot tell stays as bytes: damaged BSON, a name that stands twice, an object that looks like a type. */
function toldOf(bytes: Buffer, pick: (bytes: Buffer) => BsonValue): unknown {
  if (faultIn(bytes) !== null) return { $invalidBson: bytes.toString('base64') };
  const value = pick(bytes);
  const { text, exact } = extendedJson(value);
  return exact ? JSON.parse(text) : { $bson: packed(value.type, value.payload) };
}
