import { constants, deflateRawSync } from 'node:zlib';
import type { Stage } from '../../engine/plan/stage.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import type { Moved } from '../../engine/state/documents/outcome.ts';
import type { EncodedRow } from '../../engine/target/row-codec.ts';
import type { Table } from '../../prisma/model/target-model.ts';

/** Bytes of a row of a B-tree (PostgreSQL's `BTMaxItemSize`) with pages of 8 KiB. */
const ROOM = 2_704;
/** An index row's own header, and that of each value, rounded up to 8 bytes. */
const HEADER = 8;
/** PostgreSQL compresses no value that is shorter, and keeps none compressed that is not a quarter shorter then. */
const COMPRESSED = 508;
const WORTH = 0.75;

/** Whether an index of the target has no room for one of the document's rows. */
export function overfillsIndex(stage: Stage, { rows }: Moved): boolean {
  return [...rows].some(([table, all]) => {
    const indexed = placesOf(tableOf(stage, table));
    if (indexed.length === 0) return false;
    for (const row of all) if (indexed.some((places) => sizeOf(row, places) > ROOM)) return true;
    return false;
  });
}

const known = new WeakMap<Table, readonly (readonly number[])[]>();

/** The places of each index's columns in an encoded row; only of indexes over texts, since all else is short. */
function placesOf(table: Table): readonly (readonly number[])[] {
  const made = known.get(table);
  if (made !== undefined) return made;
  const { columns, indexes } = table;
  const places = indexes
    .map((fields) => fields.map((field) => columns.findIndex((column) => column.field === field)))
    .filter((all) => all.some((place) => columns[place]!.kind === 'text'));
  known.set(table, places);
  return places;
}

function sizeOf(row: EncodedRow, places: readonly number[]): number {
  return places.reduce((sum, place) => sum + HEADER + valueSize(row[place]!), HEADER);
}

/**
 * PostgreSQL's own compression looks for repetitions and leaves single bytes as they are: so does deflate with its fixed
 * codes, nearly byte for byte.
 */
function valueSize(text: string): number {
  if (text.length < COMPRESSED) return text.length;
  const bytes = Buffer.from(JSON.parse(text) as string);
  if (bytes.length < ROOM / 2) return bytes.length;
  const { length } = deflateRawSync(bytes, { strategy: constants.Z_FIXED });
  return length <= bytes.length * WORTH ? length : bytes.length;
}
