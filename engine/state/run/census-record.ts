/** How many of something, by name: values by BSON type, findings by code. */
export type Counts = Readonly<Record<string, number>>;

/** What stands at one path of a collection, array places taken out. An array counts as a value, and so does each element. */
export interface PathCount {
  readonly path: string;
  /** Documents that have the path. */
  readonly documents: number;
  readonly types: Counts;
  /** Findings of documents that moved, and refusals, by code. */
  readonly findings: Counts;
  readonly refused: Counts;
}

/** The census of some of a collection's documents, as JSON. No value is in it. */
export interface CensusRecord {
  readonly documents: number;
  /** BSON bytes of the documents. */
  readonly bytes: number;
  readonly paths: readonly PathCount[];
  /** All that has no place among `paths`: null while everything has. Its documents are an upper bound. */
  readonly rest: PathCount | null;
}
