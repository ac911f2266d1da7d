/** What a restore put in place of what. */
export interface Restored {
  /** The schema or database that stood there before: kept, for whoever wants to look into it. */
  readonly replaced: string;
  readonly kind: 'schema' | 'database';
}
