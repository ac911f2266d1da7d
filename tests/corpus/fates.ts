import { boxOf } from '../../engine/document/bson/box.ts';
import { extendedJson } from '../../engine/document/bson/extended-json.ts';
import { parseExtendedJson } from '../../engine/document/bson/parse-extended.ts';
import { BsonValue } from '../../engine/document/bson/value.ts';
import { stableJson } from '../../engine/document/json.ts';
import { keyOfDocument, valueInKey } from '../../engine/document/legacy-key.ts';
import type { Target } from '../../engine/target/target.ts';
import { findingsOf, quarantineOf } from '../support/run-engine.ts';
import type { Placed } from './placed.ts';

/** What has become of an object in its place: exact, the code of its quarantine, or what is wrong. */
export type Fate = { readonly kind: 'exact' } | { readonly kind: 'quarantined' | 'wrong'; readonly what: string };

/** All that a target holds of the documents that were tried, by `stage key` (hex). */
export class Fates {
  readonly #quarantine = new Map<string, { readonly code: string; readonly document: string }>();
  readonly #findings = new Map<string, string[]>();
  readonly #leftovers = new Map<string, string[]>();
  readonly #metadata = new Map<string, string | null>();
  readonly #children = new Map<string, string>();

  static async read(target: Target): Promise<Fates> {
    const fates = new Fates();
    const add = (to: Map<string, string[]>, name: string, line: string) =>
      to.set(name, [...(to.get(name) ?? []), line]);
    for (const { stage, key, code, document } of await quarantineOf(target))
      fates.#quarantine.set(`${stage} ${key}`, { code, document });
    for (const { stage, key, path, old } of await findingsOf(target))
      add(fates.#findings, `${stage} ${key}`, `${path} ${old}`);
    const stages: Record<string, string> = { users: 'user', projects: 'project', payments: 'payment' };
    const leftovers = await target.query(
      `SELECT collection, encode(legacy_key, 'hex'), path, encode(value, 'hex') FROM migration_leftover`,
      [],
    );
    for (const [collection, key, path, value] of leftovers)
      add(fates.#leftovers, `${stages[collection!]} ${key}`, `${path} ${value}`);
    const payments = await target.query(
      `SELECT encode(legacy_key, 'hex'), metadata::text FROM migration_id_map JOIN "Payment" ON id = prisma_id`,
      [],
    );
    for (const [key, metadata] of payments) fates.#metadata.set(`payment ${key}`, metadata!);
    const roots = await target.query(
      `SELECT collection, encode(legacy_key, 'hex') FROM migration_id_map WHERE parent_key = ''`,
      [],
    );
    for (const [collection, key] of roots) fates.#children.set(`${collection} ${key}`, '');
    const tasks = await target.query(
      `SELECT encode(parent_key, 'hex'), encode(legacy_key, 'hex') FROM migration_id_map WHERE collection = 'projectTask'`,
      [],
    );
    for (const [parent, key] of tasks) fates.#children.set(`project ${parent}`, key!);
    return fates;
  }

  of(placed: Placed): Fate {
    const stage = { users: 'user', projects: 'project', payments: 'payment' }[placed.collection];
    const key = keyOfDocument(placed.bytes)!;
    const name = `${stage} ${key.toString('hex')}`;
    const held = this.#quarantine.get(name);
    if (held !== undefined) {
      const isWhole = held.document === placed.bytes.toString('hex');
      return isWhole && !this.#children.has(name)
        ? { kind: 'quarantined', what: held.code }
        : { kind: 'wrong', what: isWhole ? 'moved, and in quarantine' : 'not kept byte for byte' };
    }
    if (!this.#children.has(name)) return { kind: 'wrong', what: 'neither moved nor in quarantine' };
    return this.#isThere(placed, name, key) ? { kind: 'exact' } : { kind: 'wrong', what: 'moved, and not as it was' };
  }

  #isThere({ place, type, payload }: Placed, name: string, key: Buffer): boolean {
    const boxed = boxOf(type, payload).toString('hex');
    const has = (lines: ReadonlyMap<string, readonly string[]>, path: string) =>
      (lines.get(name) ?? []).includes(`${path} ${boxed}`);
    switch (place) {
      case 'JSON column':
        return has(this.#findings, 'metadata') || isSameJson(this.#metadata.get(name)!, payload);
      case 'unknown field':
        return has(this.#leftovers, 'odd');
      case '_id':
        return isSame(valueInKey(key), type, payload);
      case 'sub-document _id': {
        const own = Buffer.from(this.#children.get(name)!, 'hex');
        return own[0] === 0 ? has(this.#leftovers, 'tasks.0._id') : isSame(valueInKey(own), type, payload);
      }
    }
  }
}

function isSame(value: BsonValue | null, type: number, payload: Buffer): boolean {
  return value !== null && value.type === type && value.payload.equals(payload);
}

/** Whether JSON gives an object's very BSON back, but for the order of names, which `jsonb` does not keep. */
function isSameJson(json: string, payload: Buffer): boolean {
  const source = extendedJson(new BsonValue(3, payload, 0, payload.length));
  const sorted = (text: string) => stableJson(JSON.parse(text));
  return source.exact && sorted(extendedJson(parseExtendedJson(json)).text) === sorted(source.text);
}
