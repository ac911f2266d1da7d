/** How source and target differ in one place. */
export interface Difference {
  readonly kind: 'different' | 'missing' | 'unexpected';
  readonly legacyId: string;
  /** `Table.column`, `Table` for a whole row, `migration_id_map`, or `migration_leftover` with the path of what was not kept. */
  readonly where: string;
  readonly rowId: string | null;
  /** JSON text of the value that is due by the source, and of the one that PostgreSQL gives back. */
  readonly expected: string | null;
  readonly found: string | null;
}
