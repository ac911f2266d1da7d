import { parts } from '../../common/parts.ts';
import type { LegacyKey } from '../../document/legacy-key.ts';
import type { Stage } from '../../plan/stage.ts';
import type { KeySelection, Source } from '../../source/source.ts';
import { type ByteRange, keyText, knownAmong, knownBetween } from '../../state/documents/known-documents.ts';
import { sourceHashText } from '../../target/row-codec.ts';
import type { Target } from '../../target/target.ts';
import { ahead, differences, type Page, pagesOf } from './merge-entries.ts';

/** The two sides of a comparison. */
export interface Sides {
  readonly stage: Stage;
  readonly source: Source;
  readonly target: Pick<Target, 'query'>;
  /** Documents of a page; some thousands unless given. */
  readonly pageSize?: number;
}

/** What is compared: whole documents by their hashes, or only whether they are there. */
export type Compared = 'documents' | 'keys';

const PAGE = 4_096;
/** Keys that are asked for one by one. */
const KEYS_PAGE = 1_000;

/** Around the keys that are ObjectIds: each of them has more bytes than its type's alone. */
const OBJECT_IDS: ByteRange = { after: Buffer.of(0x07), before: Buffer.of(0x08) };
/** Around the keys of other types. What begins with 0 is the place of a sub-document. */
const OTHERS: readonly ByteRange[] = [
  { after: Buffer.of(0x01), before: Buffer.of(0x07) },
  { after: Buffer.of(0x08), before: Buffer.of(0xff, 0xff) },
];

/**
 * Compares the documents whose `_id` is an ObjectId. It is the one type that MongoDB sorts as PostgreSQL sorts the bytes
 * of keys, so that both sides are read once, side by side.
 */
export async function* compareObjectIds(
  sides: Sides,
  compared: Compared,
  from: LegacyKey | null,
): AsyncGenerator<Page> {
  const selection = { type: 'objectId', after: null, upTo: null } as const;
  const theirs = pagesOf(entriesOf(sides, compared, selection, from), sides.pageSize ?? PAGE);
  const known = knownPages(sides, { ...OBJECT_IDS, ...(from && { after: from }) });
  yield* differences(theirs, ahead(compared === 'keys' ? withoutHashes(known) : known));
}

/** Compares the source's documents of every other type of `_id`: the target is asked for just these. */
export async function* compareOtherTypes(
  sides: Sides,
  compared: Compared,
  from: LegacyKey | null,
): AsyncGenerator<Page> {
  for (const type of await sides.source.keyTypes(sides.stage.collection)) {
    if (type === 'objectId') continue;
    const entries = entriesOf(sides, compared, { type, after: null, upTo: null }, from);
    for await (const page of pagesOf(entries, sides.pageSize ?? KEYS_PAGE)) yield* lookUp(sides, compared, page);
  }
}

async function* lookUp(sides: Sides, compared: Compared, page: readonly string[]): AsyncGenerator<Page> {
  const keys = page.map(keyOfEntry);
  const known = await knownAmong(sides.target.query, sides.stage, keys);
  const isNews = (entry: string) => {
    const hash = known.get(keyText(entry));
    return compared === 'keys' ? hash === undefined : `${keyText(entry)}:${hash}` !== entry;
  };
  yield { found: page.filter(isNews).map(keyOfEntry), examined: page.length, lastKey: keys.at(-1)! };
}

/** The documents of every other type of `_id` that the target knows and the source has no more. */
export async function* findGoneOfOtherTypes(sides: Sides, from: LegacyKey | null): AsyncGenerator<Page> {
  const { stage, source } = sides;
  for (const range of OTHERS) {
    if (from !== null && Buffer.compare(from, range.before) >= 0) continue;
    const after = from !== null && Buffer.compare(from, range.after) > 0 ? from : range.after;
    for await (const page of knownPages(sides, { ...range, after }, sides.pageSize ?? KEYS_PAGE)) {
      const keys = page.map(keyOfEntry);
      const there = new Set<string>();
      for await (const key of source.readKeys(stage.collection, { keys }, null)) there.add(key.toString('hex'));
      const found = keys.filter((key) => !there.has(key.toString('hex')));
      yield { found, examined: 0, lastKey: keys.at(-1)! };
    }
  }
}

/** Which of these documents are not in the source as the target knows them. */
export async function changedAmong(sides: Sides, keys: readonly LegacyKey[]): Promise<LegacyKey[]> {
  const known = await knownAmong(sides.target.query, sides.stage, keys);
  const there = new Map<string, string>();
  for await (const entry of entriesOf(sides, 'documents', { keys }, null)) there.set(keyText(entry), entry);
  return keys.filter((key) => {
    const text = key.toString('hex');
    const hash = known.get(text);
    return there.get(text) !== (hash === undefined ? undefined : `${text}:${hash}`);
  });
}

/** Compares the chosen documents only, as a run with a limit does. */
export async function* compareChosen(
  sides: Sides,
  chosen: readonly LegacyKey[],
  from: LegacyKey | null,
): AsyncGenerator<Page> {
  const start = from === null ? 0 : chosen.findIndex((key) => key.equals(from)) + 1;
  for (const keys of parts(chosen.slice(start), KEYS_PAGE)) {
    yield { found: await changedAmong(sides, keys), examined: keys.length, lastKey: keys.at(-1)! };
  }
}

async function* entriesOf(
  { source, stage }: Sides,
  compared: Compared,
  selection: KeySelection,
  from: LegacyKey | null,
): AsyncGenerator<string> {
  if (compared === 'keys') {
    for await (const key of source.readKeys(stage.collection, selection, from)) yield key.toString('hex');
    return;
  }
  for await (const { key, bytes } of source.read(stage.collection, selection, from)) {
    yield `${key.toString('hex')}:${sourceHashText(bytes)}`;
  }
}

async function* knownPages(
  { target, stage, pageSize }: Sides,
  { after, before }: ByteRange,
  size = pageSize ?? PAGE,
): AsyncGenerator<readonly string[]> {
  for (let from = after; ; ) {
    const page = await knownBetween(target.query, stage, { after: from, before }, size);
    if (page.length > 0) yield page;
    if (page.length < size) return;
    from = keyOfEntry(page.at(-1)!);
  }
}

async function* withoutHashes(pages: AsyncIterable<readonly string[]>): AsyncGenerator<readonly string[]> {
  for await (const page of pages) yield page.map(keyText);
}

function keyOfEntry(entry: string): LegacyKey {
  return Buffer.from(keyText(entry), 'hex');
}
