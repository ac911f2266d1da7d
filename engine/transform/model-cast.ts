import { libraryValue } from '../document/bson/library-value.ts';
import { memberOf } from '../document/bson/members.ts';
import { doubleOf, int32Of, int64Of } from '../document/bson/scalars.ts';
import { TYPE } from '../document/bson/types.ts';
import type { BsonValue } from '../document/bson/value.ts';
import { DocumentRefused } from '../document/findings/refusal.ts';
import type { ScalarField } from '../plan/model-fields.ts';

/** Types that no column but a JSON one can hold, whatever the model would make of them. */
const UNCASTABLE: ReadonlySet<number> = new Set([
  ...[TYPE.undefined, TYPE.regex, TYPE.code, TYPE.codeWithScope, TYPE.symbol, TYPE.minKey, TYPE.maxKey],
]);

/** @throws DocumentRefused `bsonType` */
export function refuseUncastable({ type }: BsonValue, path: string): void {
  if (UNCASTABLE.has(type)) throw new DocumentRefused('bsonType', path);
}

/**
 * The value as Mongoose casts it.
 * @throws DocumentRefused `cast` for what it cannot cast, `bsonType`
 */
export function modelCast(field: ScalarField, value: BsonValue, path: string): unknown {
  refuseUncastable(value, path);
  try {
    const { cast } = field.schemaType as unknown as { cast(value: unknown, doc: null, init: boolean): unknown };
    return cast.call(field.schemaType, shownToMongoose(value), null, true);
  } catch {
    throw new DocumentRefused('cast', path);
  }
}

/**
 * The value as the driver hands it to Mongoose. Of an object no more than its `_id` counts, by which Mongoose knows a
 * document that was populated; nothing that stands in the data can pass for a type of the library.
 */
function shownToMongoose(value: BsonValue): unknown {
  switch (value.type) {
    case TYPE.int32:
      return int32Of(value);
    case TYPE.double:
      return doubleOf(value);
    case TYPE.int64: {
      const number = Number(int64Of(value));
      return Number.isSafeInteger(number) ? number : libraryValue(value);
    }
    case TYPE.object: {
      const id = memberOf(value, '_id');
      if (id === undefined) return {};
      return { _id: id.type === TYPE.object ? {} : shownToMongoose(id) };
    }
    case TYPE.array:
      return [];
    case TYPE.dbPointer:
      return {};
    default:
      return libraryValue(value);
  }
}
