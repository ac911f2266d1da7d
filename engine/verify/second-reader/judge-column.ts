import { followed, isKept, type Way, withoutSurrogates } from './altered.ts';
import type { Row } from './held-rows.ts';
import type { Notes, Told } from './notes.ts';
import { firstLost, type Inner, membersHeld, pathOf } from './same-json.ts';
import type { Leaf, StageShape } from './shape.ts';
import { UNKNOWN } from './values/cast.ts';
import { boxOf, Cursor, still, TYPE, textOf, type Value } from './values/cursor.ts';
import { decimalOfText, numericText } from './values/decimal.ts';
import { elementForm, type Form, type Now, scaleOf, textOfNow } from './values/form.ts';
import { parseJson } from './values/json-text.ts';
import { momentAs, timestampText } from './values/moment.ts';
import { rangeOf } from './values/number-range.ts';

/** A document as the judging of its columns needs to know it. */
export interface Subject {
  readonly shape: StageShape;
  readonly notes: Notes | null;
  readonly suffix: string;
  /** Where `createdAt` of the document stands in its row’s text; null where it has none. */
  readonly createdAt: string | null;
}

/** What a column should hold, as JSON text; null when what it holds is explained. */
export type Verdict = { readonly expected: string | null } | null;

const fine: Verdict = null;
const due = (text: string | null | undefined): Verdict => ({ expected: text == null ? null : JSON.stringify(text) });

/**
 * Holds a column against the value that its path has in the source.
 * @param value null where it is missing or null @param prefix what stands before its name in its path, places of array elements included
 * @param seconds that the nearest ObjectId tells
 * @throws Unreadable
 */
export function judge(
  leaf: Leaf,
  row: Row,
  value: Value | null,
  prefix: string,
  name: string,
  seconds: number | null,
  of: Subject,
): Verdict {
  const found = row[leaf.index]!;
  if (value !== null) {
    const plain = leaf.form(value);
    if (plain !== null && plain === found) return fine;
  }
  const { kind } = leaf.declared;
  const path = prefix + name;
  if (kind === 'json') return judgeJson(leaf, found, value, path, of);
  if (kind === 'group') return judgeGroup(leaf, found, value, path, of);
  if (kind === 'list') return judgeList(leaf, found, value, path, of);
  const now = value === null ? null : followed(value, toldOf(of, path), wayOf(leaf, of));
  if (now === UNKNOWN) return fine;
  const text = now === null ? missingText(leaf, seconds, of) : textOfNow(leaf.form, leaf.column, now);
  return text === found ? fine : due(text);
}

const NONE: readonly Told[] = [];
const toldOf = ({ notes }: Subject, path: string) => notes?.findings.get(path) ?? NONE;

/** What stands in for a value that is not there. */
function missingText({ declared, column }: Leaf, seconds: number | null, { createdAt }: Subject): string | null {
  if (!('missing' in declared) || declared.missing === null) return null;
  switch (declared.kind) {
    case 'text':
      return declared.missing;
    case 'number':
      return numericText(decimalOfText(`${declared.missing}`)!, scaleOf(column));
    case 'flag':
      return declared.missing ? 't' : 'f';
    case 'time': {
      if (declared.missing === 'createdAt' && createdAt !== null) return momentAs(column.type, createdAt);
      return seconds === null ? null : momentAs(column.type, timestampText(seconds * 1000));
    }
  }
}

function wayOf({ declared, column }: Leaf, { shape, suffix }: Subject): Way {
  return { declared, suffix, range: rangeOf(column), mapped: (text) => mappedBy(shape, declared, text) };
}

/** What the plan's policy about values that are not allowed makes of one. */
function mappedBy({ policies }: StageShape, declared: Leaf['declared'], text: string): string | null {
  const rules = policies.rules['enum'] ?? {};
  for (let at = declared.path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('.'), 0))) {
    const map = rules[at];
    if (map === undefined) continue;
    const meant =
      typeof map === 'object' && map !== null ? Object.entries(map).find(([from]) => from === text) : undefined;
    return typeof meant?.[1] === 'string' ? meant[1] : null;
  }
  return null;
}

function judgeJson(leaf: Leaf, found: string | null, value: Value | null, path: string, of: Subject): Verdict {
  if (value === null) return found === null ? fine : due(null);
  const way = wayOf(leaf, of);
  if (found === null) return followed(value, toldOf(of, path), way) === null ? fine : due('a value');
  const isExcused = (inner: Inner, held: unknown) => {
    const told = of.notes === null ? NONE : toldOf(of, pathOf(inner));
    if (told.length === 0) return false;
    const now = followed(inner.value, told, way);
    return now === UNKNOWN || (typeof now === 'string' && now === held);
  };
  const isInexact = toldOf(of, path).some(({ code, old }) => code === 'jsonForm' && isKept(old, value));
  const lost = firstLost(value, path, found, isInexact, isExcused);
  return lost === null ? fine : due(`another value at ${lost}`);
}

/** The one text that an element or a member of a group becomes; null when it is left out. */
function textMeant(leaf: Leaf, value: Value, path: string, of: Subject): string | null | undefined | typeof UNKNOWN {
  const way = { ...wayOf(leaf, of), declared: TEXT };
  const now: Now | typeof UNKNOWN = followed(value, toldOf(of, path), way);
  if (now === UNKNOWN || now === null || typeof now === 'string') return now;
  return textOfNow(leaf.column.array ? elementForm(leaf.column) : plainForm, leaf.column, now);
}

const TEXT = { kind: 'text', path: '', missing: null, set: [], emptyIsNull: false } as const;
const plainForm: Form = (value) => (value.type === TYPE.string ? textOf(value) : null);

function judgeList(leaf: Leaf, found: string | null, value: Value | null, path: string, of: Subject): Verdict {
  const held = found === null ? null : parseJson(found);
  if (!Array.isArray(held)) return due('[]');
  if (value === null) return held.length === 0 ? fine : due('[]');
  const isArray = value.type === TYPE.array;
  if (!isArray && !toldOf(of, path).some(({ code, old }) => code === 'notAnArray' && isKept(old, value)))
    return due('an array');
  const elements = isArray ? elementsOf(value) : [value];
  let next = 0;
  for (const [index, element] of elements.entries()) {
    const at = `${path}.${index}`;
    const isLeftOut = toldOf(of, at).some(({ code }) => code === 'nullElement');
    const meant = element.type === TYPE.null ? null : textMeant(leaf, element, at, of);
    if (meant === null && isLeftOut) continue;
    if (meant !== UNKNOWN && (typeof meant !== 'string' || held[next] !== meant))
      return due(`another element at ${at}`);
    next++;
  }
  return next === held.length ? fine : due(`${next} elements`);
}

function elementsOf({ bytes, at, end }: Value): Value[] {
  const all: Value[] = [];
  const cursor = new Cursor(bytes, at, end);
  while (cursor.next()) all.push(still(cursor));
  return all;
}

function judgeGroup(leaf: Leaf, found: string | null, value: Value | null, path: string, of: Subject): Verdict {
  const held = membersHeld(found);
  if (held === null || leaf.declared.kind !== 'group') return due('an object');
  if (value !== null && value.type !== TYPE.object) return due('an object');
  let present = 0;
  const cursor = value === null ? null : new Cursor(value.bytes, value.at, value.end);
  while (cursor?.next()) {
    const { name } = cursor;
    const at = `${path}.${name}`;
    if (!leaf.declared.members.includes(name)) {
      if (!isLeftover(of, at, still(cursor), name)) return due(`a leftover of ${at}`);
      continue;
    }
    const meant = cursor.type === TYPE.null ? null : textMeant(leaf, still(cursor), at, of);
    if (meant === null) continue;
    present++;
    if (meant !== UNKNOWN && (meant === undefined || held.get(name) !== meant)) return due(`another value at ${at}`);
  }
  return present === held.size && present > 0 === (found !== null)
    ? fine
    : due(present === 0 ? null : `${present} members`);
}

/**
 * Whether a value is kept beside the rows, byte for byte; or with the surrogates replaced that findings tell of. A leftover
 * keeps one value: two can share a path, and each of them wants its own.
 */
export function isLeftover({ notes }: Subject, path: string, value: Value, name: string | null = null): boolean {
  if (notes === null) return false;
  const box = boxOf(value);
  const own = name?.includes('.') ? name : null;
  // Older builds kept no names: one without may be anybody's, after those that are somebody's for certain.
  const all = notes.leftovers
    .get(path)
    .filter((kept) => !notes.taken.has(kept.place) && (kept.name === own || kept.name === null))
    .sort((a, b) => Number(b.name === own) - Number(a.name === own));
  const isTold = () =>
    [...notes.findings.paths()].some(
      (at) => at.startsWith(path) && notes.findings.get(at).some(({ code }) => code === 'loneSurrogate=replace'),
    );
  const kept =
    all.find((one) => one.box.equals(box)) ?? all.find((one) => one.box.equals(withoutSurrogates(box)) && isTold());
  if (kept !== undefined) notes.taken.add(kept.place);
  return kept !== undefined;
}
