import type { DeserializeOptions } from 'bson';

/** How BSON is decoded: numbers and regular expressions keep their BSON types, since JavaScript has not all of theirs. */
export const EXACT_BSON = { promoteValues: false, bsonRegExp: true } as const satisfies DeserializeOptions;
