import type { TableName } from '../../../prisma/generated/tables.ts';

/** What is held against what, and what a count of it means. */
export const REFERENCE_CHECKS = {
  orphans: 'rows that refer to a row which is not there',
  unmapped: 'rows without an entry in the ID map',
  rowless: 'entries of the ID map without a row',
  misplaced: 'rows under another document than their entry in the ID map',
  lost: 'sub-documents of migrated documents that the ID map does not lead from',
  misled: 'rows whose reference is not the one that the source’s value leads to by the ID map',
} as const;

/** How many rows one rule was held against, and how many break it. */
export interface ReferenceCheck {
  readonly what: keyof typeof REFERENCE_CHECKS;
  readonly table: TableName;
  /** The foreign key; null for rules about whole rows. */
  readonly column: string | null;
  readonly checked: number;
  readonly wrong: number;
}
