import { COUNTED, type Finding } from '../document/findings/finding.ts';
import { generalPath } from '../document/findings/path.ts';
import { keyName } from '../document/legacy-key.ts';
import type { Reference } from '../plan/checked-document.ts';

/** What has been told of a document so far; that of its next sub-document comes at the ends. */
interface Told {
  readonly findings: Finding[];
  readonly references: Reference[];
}

/** Sub-documents of one array, of which no more are kept. */
const MANY = 1_000;

/**
 * The sub-documents of an array, to be gone through as often as wanted. Of very many none is kept, and what is told of them
 * is merged where it is alike: they are checked anew whenever they are gone through.
 * @param children checked, which tells of them
 * @param again checks them anew, and tells nothing
 */
export function fewOrAgain<T>(children: Iterable<T>, again: () => Iterator<T>, told: Told): Iterable<T> {
  const kept: T[] = [];
  let merging: Merging | null = null;
  for (const child of children) {
    if (merging !== null) merging.merge();
    else if (kept.push(child) > MANY) {
      kept.length = 0;
      merging = new Merging(told);
    }
  }
  return merging === null ? kept : { [Symbol.iterator]: again };
}

/**
 * Merges what is told of very many sub-documents: of alike findings that are only counted one is kept with their number, and
 * of references that lead to the same row one.
 */
class Merging {
  readonly #findings: Finding[];
  readonly #references: Reference[];
  readonly #alike = new Map<string, { times: number } | null>();
  readonly #known = new Set<string>();
  #told = 0;
  #referred = 0;

  /** @param told what is there already stays as it is */
  constructor({ findings, references }: Told) {
    this.#findings = findings;
    this.#references = references;
    this.#begin();
  }

  #begin(): void {
    this.#told = this.#findings.length;
    this.#referred = this.#references.length;
  }

  /** What has come since. */
  merge(): void {
    for (const finding of this.#findings.splice(this.#told)) this.#tell(finding);
    for (const reference of this.#references.splice(this.#referred)) this.#refer(reference);
    this.#begin();
  }

  #tell(finding: Finding): void {
    if (!COUNTED.has(finding.code)) {
      this.#findings.push(finding);
      return;
    }
    const { code } = finding;
    const path = generalPath(finding.path);
    const name = `${code} ${path}`;
    const alike = this.#alike.get(name);
    if (alike) {
      alike.times += 1;
      return;
    }
    // The first one stays as it is: its place is where a refusal would lie.
    const merged = alike === undefined ? null : { path, code, times: 1 };
    this.#alike.set(name, merged);
    this.#findings.push(merged ?? finding);
  }

  #refer(reference: Reference): void {
    const { path, candidates, named } = reference;
    const name = [generalPath(path), JSON.stringify(named), ...candidates.map((key) => keyName(key))].join('\n');
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#references.push(reference);
  }
}
