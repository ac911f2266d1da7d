/** How many rows one rule was held against, and how many break it. */
export interface ReferenceCheck {
  readonly what: 'orphans' | 'unmapped' | 'rowless' | 'misplaced' | 'lost' | 'misled';
  readonly table: string;
  /** The foreign key; null for rules about whole rows. */
  readonly column: string | null;
  readonly checked: number;
  readonly wrong: number;
}
