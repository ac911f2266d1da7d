import { hash } from 'node:crypto';
import { type LegacyKey, secondsOfKey } from './legacy-key.ts';

/**
 * The id of a root document's row, computed so that the same document always gets the same id.
 *
 * An ObjectId becomes a UUIDv7 (RFC 9562, section 5.7): its time is the ObjectId's seconds, and the 74 other bits are
 * the ObjectId's remaining 8 bytes followed by the collection's number. That is injective and sorts by creation.
 * Every other `_id` becomes a UUIDv8 (section 5.8) over collection, BSON type and value.
 * @param collectionNumber 0..1023, fixed for ever: changing one changes every id of that collection.
 */
export function rootId(collection: string, collectionNumber: number, key: LegacyKey): string {
  const seconds = secondsOfKey(key);
  if (seconds === null) return hashedId([Buffer.from(collection), key]);
  const id = Buffer.allocUnsafe(16);
  id.writeUIntBE(seconds * 1000, 0, 6);
  const rest = key.subarray(5);
  id[6] = 0x70 | (rest[0]! >> 4);
  id[7] = ((rest[0]! & 0x0f) << 4) | (rest[1]! >> 4);
  id[8] = 0x80 | ((rest[1]! & 0x0f) << 2) | (rest[2]! >> 6);
  for (let i = 2; i < 7; i++) id[7 + i] = ((rest[i]! & 0x3f) << 2) | (rest[i + 1]! >> 6);
  id[14] = ((rest[7]! & 0x3f) << 2) | (collectionNumber >> 8);
  id[15] = collectionNumber & 0xff;
  return formatUuid(id.toString('hex'));
}

/**
 * The id of a sub-document's row: a UUIDv8 over root collection, root `_id`, path, own key (its `_id`, or its place
 * when it has none) and occurrence (0, or 1, 2 … for repeated `_id`s in one array).
 */
export function childId(collection: string, root: LegacyKey, path: string, own: LegacyKey, occurrence: number): string {
  return hashedId([Buffer.from(collection), root, Buffer.from(path), own, Buffer.from(String(occurrence))]);
}

/** Parts are hashed with their lengths, so that no two lists of parts run together into the same bytes. */
function hashedId(parts: readonly Uint8Array[]): string {
  const bytes = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  let at = 0;
  for (const part of parts) {
    at = bytes.writeUInt32BE(part.length, at);
    bytes.set(part, at);
    at += part.length;
  }
  const hex = hash('sha256', bytes, 'hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return formatUuid(`${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`);
}

/** 32 hex digits as the text of a UUID. */
export function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
