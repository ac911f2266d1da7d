import type { Plan, Stage } from '../../plan/stage.ts';
import type { Source, Totals } from '../../source/source.ts';
import type { Target } from '../../target/target.ts';
import type { Alteration, Altered } from './totals-altered.ts';
import type { TableTotals } from './totals-found.ts';
import type { QuarantinedTotals } from './totals-quarantined.ts';

/** One figure of both sides. Counts and sums are exact decimals as text. */
export interface Total {
  /** `nulls`: rows in which the column is NULL; `sum`: of dates, of their milliseconds since 1970. */
  readonly what: 'documents' | 'elements' | 'nulls' | 'sum' | 'least' | 'greatest';
  /** The source's path; empty for documents. */
  readonly path: string;
  readonly table: string;
  readonly column: string | null;
  /** What the source's own engine says. A least or greatest date is in ISO form; `none` where there is no value. */
  readonly source: string;
  /** What of it lies in quarantine. */
  readonly quarantined: string;
  /** What findings altered on the way, by kind. */
  readonly alterations: readonly Alteration[];
  /**
   * Of counts and sums: source − quarantined + alterations. Of a least or greatest value: the one of the source's values
   * without those in quarantine and those that findings took away, and with those that they put in.
   */
  readonly expected: string;
  /** What PostgreSQL says. */
  readonly found: string;
  readonly agree: boolean;
  readonly note: TotalNote | null;
}

/** What a reader must know of how a figure came about. */
export type TotalNote = 'rounded' | 'withoutQuarantined';

/** What is compared with what. */
export interface TotalsContext {
  readonly plan: Plan;
  readonly source: Source;
  readonly target: Target;
}

/** All that was asked of a stage. */
export interface Figures {
  readonly stage: Stage;
  readonly kind: Source['kind'];
  readonly totals: Totals;
  /** Sums of the documents outside quarantine, for paths whose whole sum is no number. */
  readonly finite: Readonly<Record<string, string>>;
  readonly quarantined: QuarantinedTotals;
  readonly elements: ReadonlyMap<string, readonly Alteration[]>;
  readonly altered: ReadonlyMap<string, readonly Altered[]>;
  readonly found: ReadonlyMap<string, TableTotals>;
}
