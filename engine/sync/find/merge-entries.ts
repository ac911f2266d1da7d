import type { LegacyKey } from '../../document/legacy-key.ts';
import { keyText } from '../../state/documents/known-documents.ts';

/** What one stretch of a comparison has found. */
export interface Page {
  /** Documents that stand on one side only, or differ. */
  readonly found: readonly LegacyKey[];
  /** Documents of the source that were looked at. */
  readonly examined: number;
  /** Up to where; the comparison can go on from there. */
  readonly lastKey: LegacyKey;
}

/** Groups entries into pages of `size`. */
export async function* pagesOf(entries: AsyncIterable<string>, size: number): AsyncGenerator<readonly string[]> {
  let page: string[] = [];
  for await (const entry of entries) {
    page.push(entry);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** The same pages, of which the next one is fetched while this one is worked on. */
export async function* ahead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = pages.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = pages.next();
      next.catch(() => {}); // told when it is awaited
      yield value;
    }
  } finally {
    await next.catch(() => {});
  }
}

/** One side of a merge: the page at hand, null after the last one, and a place in it. */
class Side {
  readonly #pages: AsyncGenerator<readonly string[]>;
  page: readonly string[] | null = [];
  at = 0;

  constructor(pages: AsyncGenerator<readonly string[]>) {
    this.#pages = pages;
  }

  async fill(): Promise<void> {
    while (this.page !== null && this.at === this.page.length) {
      const { value, done } = await this.#pages.next();
      this.page = done ? null : value;
      this.at = 0;
    }
  }

  async close(): Promise<void> {
    await this.#pages.return(undefined);
  }
}

/**
 * The differences of two sides, each in ascending order of its keys: entries that only one of them has, and keys whose
 * hashes differ. A page of the answer ends where a page of either side does.
 */
export async function* differences(
  theirs: AsyncGenerator<readonly string[]>,
  known: AsyncGenerator<readonly string[]>,
): AsyncGenerator<Page> {
  const [left, right] = [new Side(theirs), new Side(known)];
  try {
    for (;;) {
      await Promise.all([left.fill(), right.fill()]);
      if (left.page === null && right.page === null) return;
      yield mergePages(left, right);
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

/** Merges up to the end of the page that ends first. */
function mergePages(left: Side, right: Side): Page {
  const found: string[] = [];
  const start = left.at;
  let last = '';
  const [a, b] = [left.page, right.page];
  while ((a === null || left.at < a.length) && (b === null || right.at < b.length)) {
    const mine = a?.[left.at];
    const other = b?.[right.at];
    if (mine === other) {
      // Nearly all entries: their keys are not even cut out.
      left.at++;
      right.at++;
      last = mine!;
      continue;
    }
    const key = mine === undefined ? null : keyText(mine);
    const otherKey = other === undefined ? null : keyText(other);
    last = otherKey === null || (key !== null && key <= otherKey) ? key! : otherKey;
    if (last === key) left.at++;
    if (last === otherKey) right.at++;
    found.push(last);
  }
  return {
    found: found.map((text) => Buffer.from(text, 'hex')),
    examined: left.at - start,
    lastKey: Buffer.from(keyText(last), 'hex'),
  };
}
