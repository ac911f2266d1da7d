import { type Document, ObjectId } from 'bson';
import type { FindingCode } from '../../../../engine/document/findings/finding.ts';
import type { RefusalCode } from '../../../../engine/document/findings/refusal.ts';
import type { World } from '../collections/world.ts';
import type { CollectionName } from '../options.ts';

/** What has to become of a spoiled document. One that moves with several findings has an expectation for each. */
export type Expectation = {
  readonly collection: CollectionName;
  readonly id: ObjectId;
  /** The field at fault, or null when the rule concerns more than one. */
  readonly path: string | null;
  readonly why: string;
} & Outcome;

export type Outcome =
  | {
      readonly expected: 'quarantine';
      readonly code: RefusalCode;
      /** For cascades and duplicates: the document that is to blame, or that won. */
      readonly cause?: { readonly collection: CollectionName; readonly id: ObjectId };
    }
  | { readonly expected: 'finding'; readonly code: FindingCode };

/** Where a flaw is being put, for values that depend on it. */
export interface Scene {
  readonly world: World;
  readonly index: number;
  /** The `_id` of the document that got the flaw of this name. */
  id(flawName: string): ObjectId;
  /** The number of that document in its collection. */
  indexOf(flawName: string): number;
}

/** One way to spoil a document, and what must come of it. Paths are dotted, with numbers for array elements. */
export interface Flaw {
  /** Only where another flaw refers to this one. */
  readonly name?: string;
  readonly why: string;
  /** New values; a function is asked for its value. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: readonly string[];
  /** Empty for documents that are only here for another one's sake. */
  readonly outcomes: readonly FlawOutcome[];
  /** For users: the user of the artist with the artist flaw of this name is spoiled, and not a bystander. */
  readonly userOfArtist?: string;
  /** For funding projects in quarantine: how many payments go on naming it, and are quarantined with it; else 0. */
  readonly payments?: number;
}

export interface FlawOutcome {
  readonly expected: 'quarantine' | 'finding';
  readonly code: RefusalCode | FindingCode;
  readonly path: string | null;
  /** The name of the flaw whose document is to blame. */
  readonly cause?: string;
}

export function quarantine(code: RefusalCode, path: string | null, cause?: string): FlawOutcome[] {
  return [{ expected: 'quarantine', code, path, ...(cause === undefined ? {} : { cause }) }];
}

export function finding(code: FindingCode, path: string | null): FlawOutcome[] {
  return [{ expected: 'finding', code, path }];
}

/** A value that a flaw takes from where it is put. */
export function from(value: (scene: Scene) => unknown): (scene: Scene) => unknown {
  return value;
}

/** Puts a flaw into a document, in place. */
export function spoil(document: Document, flaw: Flaw, scene: Scene): void {
  for (const [path, value] of Object.entries(flaw.set ?? {})) {
    const { holder, last } = place(document, path);
    holder[last] = typeof value === 'function' ? value(scene) : value;
  }
  for (const path of flaw.unset ?? []) {
    const { holder, last } = place(document, path);
    delete holder[last];
  }
}

/** @throws Error when the path leads through something that is not there: the flaw would be none. */
function place(document: Document, path: string): { holder: Record<string, unknown>; last: string } {
  const steps = path.split('.');
  const last = steps.pop() as string;
  let holder: Record<string, unknown> = document;
  for (const step of steps) {
    const next = holder[step];
    if (typeof next !== 'object' || next === null || next instanceof ObjectId) {
      throw new Error(`The demo document has nothing at ${step} of ${path}.`);
    }
    holder = next as Record<string, unknown>;
  }
  return { holder, last };
}
