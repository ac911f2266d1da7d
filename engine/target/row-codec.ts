import { createHash, type Hash, hash } from 'node:crypto';
import type { Column, Table, TargetModel } from '../../prisma/model/target-model.ts';
import { PackedList, type Packing, type Sequence } from '../common/packed-list.ts';
import { type JsonValue, stableJson } from '../document/json.ts';
import { copyText } from './copy-in.ts';
import { type ValueCodec, valueCodec } from './value-codec.ts';

/**
 * A row as one JSON text per column, `null` for NULL. Written rows and rows read back from PostgreSQL have the same
 * texts exactly when they hold the same values: decimals with all their decimals, times in UTC, JSON with sorted keys.
 */
export type EncodedRow = readonly string[];

interface ColumnCodec extends ValueCodec {
  readonly column: Column;
  /** What is selected to read the column back as text. */
  readonly select: string;
}

/** How one table's rows are encoded, inserted and read back. */
export interface TableCodec {
  readonly table: Table;
  /** Its name in SQL: quoted, and with its schema where the model names one. */
  readonly relation: string;
  /** The quoted name of the column that identifies a row. */
  readonly id: string;
  readonly columns: readonly Column[];
  readonly idIndex: number;
  /** `COPY … FROM STDIN`, which reads lines of `copyLine`. */
  readonly copySql: string;
  /**
   * `INSERT … SELECT … FROM json_to_recordset($1)`: the parameter is `recordset()`'s text. A row that is there takes the
   * new values, and is left alone when it has them.
   */
  readonly upsertSql: string;
  /** The select list that `decodeRow` understands. */
  readonly selectList: string;
  /** The quoted name of a column. @param field its name in Prisma's model @throws RangeError when the model has no such field */
  nameOf(field: string): string;
  encodeRow(row: Readonly<Record<string, unknown>>): EncodedRow;
  copyLine(row: EncodedRow): string;
  decodeRow(values: readonly (string | null)[]): EncodedRow;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function codecOf(column: Column): ColumnCodec {
  const name = quoted(column.column);
  const element = valueCodec(column);
  if (!column.array) return { column, select: name, ...element };
  return {
    column,
    encode: (values: readonly never[]) => `[${values.map(element.encode).join(',')}]`,
    decode: (text) =>
      `[${(JSON.parse(text) as (string | null)[]).map((one) => (one === null ? 'null' : element.decode(one))).join(',')}]`,
    select: `array_to_json(${name}${IN_JSON.has(column.kind) ? '' : '::text[]'})::text`,
  };
}

/** Kinds that PostgreSQL puts into JSON as it writes them; a cast to text would cut a `char` and add an address's netmask. */
const IN_JSON: ReadonlySet<Column['kind']> = new Set(['uuid', 'text', 'enum', 'bytes']);

/** Kinds whose JSON has no quotes. */
const NEVER_QUOTED: ReadonlySet<Column['kind']> = new Set(['boolean', 'integer', 'bigint', 'decimal']);

/** How a column's encoded values stand in a line of COPY. A JSON text without a backslash needs no other care than its quotes. */
function copyField({ kind, array }: Column): (text: string) => string {
  if (array && kind === 'json')
    return (text) => copyText(arrayOf((JSON.parse(text) as unknown[]).map((one) => stableJson(one as JsonValue))));
  if (array) return (text) => (text.includes('\\') ? copyText(arrayOf(JSON.parse(text))) : `{${text.slice(1, -1)}}`);
  if (kind === 'json') return copyText;
  if (NEVER_QUOTED.has(kind)) return (text) => text;
  return (text) => {
    if (!text.startsWith('"')) return text;
    return text.includes('\\') ? copyText(JSON.parse(text)) : text.slice(1, -1);
  };
}

function arrayOf(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${element.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** Types whose values PostgreSQL compares otherwise than by their texts, or not at all. */
const COMPARED_AS_TEXT: ReadonlySet<string> = new Set(['json', 'xml', 'citext', 'float4', 'float8']);

const comparison = ({ type, array }: Column) => (COMPARED_AS_TEXT.has(type) ? (array ? '::text[]' : '::text') : '');

function build(table: Table): TableCodec {
  const codecs = table.columns.map(codecOf);
  const fields = table.columns.map(copyField);
  const [id] = table.primaryKey.fields;
  const nameOf = (field: string) => {
    const found = table.columns.find((column) => column.field === field);
    if (found === undefined) throw new RangeError(`the model ${table.model} has no column ${field}`);
    return quoted(found.column);
  };
  const relation = `${table.schema === null ? '' : `${quoted(table.schema)}.`}${quoted(table.table)}`;
  const idName = nameOf(id!);
  const names = codecs.map(({ column }) => quoted(column.column)).join(', ');
  const shape = codecs.map(({ column }, i) => `c${i} ${column.sqlType}`).join(', ');
  const places = codecs.map((_, i) => `c${i}`).join(', ');
  const each = (of: string) => table.columns.map((column) => `${of}.${quoted(column.column)}`).join(', ');
  const eachCompared = (of: string) =>
    table.columns.map((column) => `${of}.${quoted(column.column)}${comparison(column)}`).join(', ');
  return {
    table,
    relation,
    id: idName,
    columns: table.columns,
    idIndex: table.columns.findIndex(({ field }) => field === id),
    copySql: `COPY ${relation} (${names}) FROM STDIN`,
    upsertSql: `INSERT INTO ${relation} AS held (${names}) SELECT ${places} FROM json_to_recordset($1::text::json) AS given (${shape}) ON CONFLICT (${idName}) DO UPDATE SET (${names}) = ROW (${each('excluded')}) WHERE (${eachCompared('held')}) IS DISTINCT FROM (${eachCompared('excluded')})`,
    selectList: codecs.map(({ select }) => select).join(', '),
    nameOf,
    encodeRow: (row) => {
      // An array that grows by pushing takes half as much again.
      const texts = new Array<string>(codecs.length);
      for (let i = 0; i < codecs.length; i++) {
        const { column, encode } = codecs[i]!;
        const value = row[column.field];
        texts[i] = value === null || value === undefined ? 'null' : encode(value as never);
      }
      return texts;
    },
    copyLine: (row) => {
      let line = '';
      for (let i = 0; i < row.length; i++)
        line += `${i === 0 ? '' : '\t'}${row[i] === 'null' ? '\\N' : fields[i]!(row[i]!)}`;
      return `${line}\n`;
    },
    decodeRow: (values) =>
      codecs.map(({ decode }, i) => {
        const text = values[i];
        return text === null || text === undefined ? 'null' : decode(text);
      }),
  };
}

const built = new WeakMap<Table, TableCodec>();

/** The codec of a table, made once. */
export function tableCodec(table: Table): TableCodec {
  let codec = built.get(table);
  if (codec === undefined) {
    codec = build(table);
    built.set(table, codec);
  }
  return codec;
}

/** Encoded rows as the JSON text that `upsertSql` takes; NULLs are left out. */
export function recordset(rows: readonly EncodedRow[]): string {
  const texts = rows.map((row) => {
    let text = '';
    for (let i = 0; i < row.length; i++) {
      if (row[i] !== 'null') text += `${text === '' ? '' : ','}"c${i}":${row[i]}`;
    }
    return `{${text}}`;
  });
  return `[${texts.join(',')}]`;
}

/** Encoded rows of one document by the table's model, in the stage's table order. */
export type DocumentRows = ReadonlyMap<string, Sequence<EncodedRow>>;

/** Rows of one table, to be added to: JSON has no line ends of its own. */
export function encodedRows(): PackedList<EncodedRow> {
  return new PackedList(LINES);
}

const LINES: Packing<EncodedRow> = { pack: (row) => row.join('\n'), unpack: (text) => text.split('\n') };

/** 16 bytes of SHA-256 over a document's rows, children in the order of their ids: what "changed since" is told by. */
export function rowsHash({ tables }: Pick<TargetModel, 'tables'>, rows: DocumentRows): Buffer {
  let text = '';
  let hashed: Hash | null = null;
  for (const [table, encoded] of rows) {
    for (const row of encoded.length < 2 ? encoded : byId(encoded, tableCodec(tables[table]!).idIndex)) {
      text += `${table}:${row.join(',')}\n`;
      if (text.length < PIECE) continue;
      hashed = (hashed ?? createHash('sha256')).update(text);
      text = '';
    }
  }
  if (hashed === null) return shortHash(text);
  return hashed.update(text).digest().subarray(0, 16);
}

/** Sorts by the ids' first 48 bits as numbers, and by all of them where these are the same. */
function* byId(rows: Sequence<EncodedRow>, idIndex: number): Generator<EncodedRow> {
  const idAt = (place: number) => rows.at(place)![idIndex]!;
  const heads = new Float64Array(rows.length);
  const places = new Uint32Array(rows.length);
  let next = 0;
  for (const row of rows) {
    heads[next] = Number.parseInt(row[idIndex]!.slice(1, 14).replace('-', ''), 16);
    places[next] = next++;
  }
  places.sort((a, b) => heads[a]! - heads[b]! || (idAt(a) < idAt(b) ? -1 : 1));
  for (const place of places) yield rows.at(place)!;
}

/** A document of many sub-documents is hashed piece by piece; for all others one call takes half the time. */
const PIECE = 64 * 1024;

/** 16 bytes of SHA-256 over a document's BSON. */
export function sourceHash(bytes: Uint8Array): Buffer {
  return shortHash(bytes);
}

/** As `sourceHash`, in 32 hex digits. */
export function sourceHashText(bytes: Uint8Array): string {
  return shortHashText(bytes);
}

function shortHash(data: string | Uint8Array): Buffer {
  return Buffer.from(shortHashText(data), 'hex');
}

/** Hex on the way: Node hands out a digest as text in half the time that it takes for a buffer. */
function shortHashText(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex').slice(0, 32);
}

export { quoted };
