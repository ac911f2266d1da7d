import { rowInsteadOfKey, STAND_INS } from '../messages/labels/stand-ins.ts';
import { type LegacyKey, showKey, typeOfKey } from './legacy-key.ts';
import { rootId } from './prisma-id.ts';

/** The numbers that ids of a stage's root documents are made of. */
interface RootIds {
  readonly idCollection: string;
  readonly collectionNumber: number;
}

/** An `_id` as consoles, logs and samples show it: of every type but ObjectId it can be personal data. */
export function sayKey(key: LegacyKey): string {
  return isObjectId(key) ? showKey(key) : STAND_INS.noObjectId.en;
}

/** What a reference leads to, by the keys that it may mean. */
export function sayReference(candidates: readonly LegacyKey[]): string {
  const key = candidates.find(isObjectId);
  return key === undefined ? STAND_INS.noObjectId.en : showKey(key);
}

/**
 * An `_id` as a sentence names its document: where it is no ObjectId, the id of the document's row stands for it, by
 * which `mongo-to-prisma resolve --id` finds it when it has moved.
 */
export function sayDocument({ idCollection, collectionNumber }: RootIds, key: LegacyKey): string {
  return isObjectId(key) ? showKey(key) : rowInsteadOfKey({ row: rootId(idCollection, collectionNumber, key) }).text;
}

const isObjectId = (key: LegacyKey) => typeOfKey(key) === 'objectId';
