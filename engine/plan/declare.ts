/**
 * What a column holds, in words that need no transform: the second reader of the verification goes by these alone. Paths are the
 * source's, without places of array elements: `tasks.title`.
 */
export type Declared =
  | (Told<'text', string> & { readonly set: readonly Setter[]; readonly emptyIsNull: boolean })
  | Told<'number', number>
  | Told<'flag', boolean>
  | Told<'time', 'ids' | 'createdAt'>
  | { readonly kind: 'list' | 'json'; readonly path: string }
  | { readonly kind: 'group'; readonly path: string; readonly members: readonly string[] }
  | { readonly kind: 'reference'; readonly path: string; readonly to: string }
  | { readonly kind: 'inside'; readonly path: string; readonly children: string }
  | { readonly kind: 'within'; readonly path: string; readonly root: string; readonly to: string }
  | { readonly kind: 'own' | 'place' }
  | { readonly kind: 'link'; readonly to: string | null }
  | { readonly kind: 'derived'; readonly from: string };

interface Told<Kind, Missing> {
  readonly kind: Kind;
  readonly path: string;
  /** What stands in for a value that is missing or null; null where the column is NULL for it. */
  readonly missing: Missing | null;
}

/** What the model does to a text before it stores it. */
export type Setter = 'lowercase' | 'trim';

/** The columns of a stage's tables by their names in Prisma's schema. */
export type Declares = Readonly<Record<string, Readonly<Record<string, Declared>>>>;

interface OrElse<Missing> {
  readonly missing?: Missing | null;
}

/** A text, or the label of an enum, which is the source's own text. */
export function text(
  path: string,
  {
    missing = null,
    set = [],
    emptyIsNull = false,
  }: OrElse<string> & Partial<{ set: Setter[]; emptyIsNull: boolean }> = {},
): Declared {
  return { kind: 'text', path, missing, set, emptyIsNull };
}

/** A number, exact; which ones there are is the column's own type. */
export function number(path: string, { missing = null }: OrElse<number> = {}): Declared {
  return { kind: 'number', path, missing };
}

export function flag(path: string, { missing = null }: OrElse<boolean> = {}): Declared {
  return { kind: 'flag', path, missing };
}

/** A moment. @param missing `ids`: the nearest ObjectId tells it; `createdAt`: that column of the row, else the document's `_id` */
export function time(path: string, { missing = null }: OrElse<'ids' | 'createdAt'> = {}): Declared {
  return { kind: 'time', path, missing };
}

/** An array of texts. */
export const list = (path: string): Declared => ({ kind: 'list', path });

/** Whatever stands there, as JSON or, where JSON has no such type, as Extended JSON. */
export const json = (path: string): Declared => ({ kind: 'json', path });

/** A nested object of texts as one JSON object of those that are there; NULL when there is none. */
export const group = (path: string, ...members: string[]): Declared => ({ kind: 'group', path, members });

/** The row of a root document. @param to its collection in the ID map */
export const reference = (path: string, to: string): Declared => ({ kind: 'reference', path, to });

/** The row of an element of an array of the same document. */
export const inside = (path: string, children: string): Declared => ({ kind: 'inside', path, children });

/** The row of a sub-document of another root. @param root the reference that names that root @param to collection in the ID map */
export const within = (path: string, root: string, to: string): Declared => ({ kind: 'within', path, root, to });

/** The row's own id, which the ID map tells. */
export const own = (): Declared => ({ kind: 'own' });

/** The row of the document that the sub-document stands in, or of a single sub-document of it. */
export const link = (to: string | null = null): Declared => ({ kind: 'link', to });

/** The place of the sub-document in its array. */
export const place = (): Declared => ({ kind: 'place' });

/** What no single path tells: the second reader leaves the column to the comparison with re-derived rows. */
export const derived = (from: string): Declared => ({ kind: 'derived', from });
