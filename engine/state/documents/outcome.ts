import type { Sequence } from '../../common/packed-list.ts';
import type { Finding } from '../../document/findings/finding.ts';
import type { Cause, RefusalCode } from '../../document/findings/refusal.ts';
import type { IdMapEntry } from '../../document/id-map-entry.ts';
import type { Leftover } from '../../plan/checked-document.ts';
import type { RawDocument } from '../../source/source.ts';
import type { DocumentRows } from '../../target/row-codec.ts';

/** A document ready to be written: its rows, ID map entries, and all that was noticed about it. */
export interface Moved {
  readonly kind: 'moved';
  readonly raw: RawDocument;
  readonly rows: DocumentRows;
  readonly rowCount: number;
  /** The document's own first, then those of what is inside it. */
  readonly entries: Sequence<IdMapEntry>;
  readonly findings: readonly Finding[];
  readonly leftovers: readonly Leftover[];
}

/** A document that cannot move, with its reason. */
export interface Refused {
  readonly kind: 'refused';
  readonly raw: RawDocument;
  readonly code: RefusalCode;
  readonly path: string | null;
  readonly message: string;
  readonly cause: Cause | null;
  readonly sqlstate: string | null;
  readonly constraint: string | null;
  /** A policy leaves it out on purpose: it is kept, but nobody has to deal with it. */
  readonly isSkipped?: boolean;
}

/** A document that an earlier run has moved already. */
export interface Skipped {
  readonly kind: 'skipped';
  readonly raw: RawDocument;
}

/** What becomes of one document: always exactly one of these. */
export type Outcome = Moved | Refused | Skipped;
