import { grouped } from '../../common/figures.ts';
import { harmlessText } from '../../common/shown-text.ts';
import { labelled, type Message, plain } from '../../messages/message.ts';
import { rowsOfTable } from '../../messages/report/notes.ts';
import { FATES } from '../../messages/report/words.ts';
import type { Stage } from '../../plan/stage.ts';
import type { CensusRecord, Counts, PathCount } from '../../state/run/census-record.ts';
import { RETRY } from '../../state/run/checkpoint.ts';
import { verificationOf } from '../../state/run/checkpoint-names.ts';
import type { Query } from '../../target/query.ts';
import { type Fate, fateAt, fatesOf } from '../../transform/probe/destinations.ts';
import { mergeCensus, modelPaths } from '../../verify/census.ts';

/** What a collection's documents are made of, and what became of it. No value is in it. */
export interface CensusFacts {
  readonly stage: string;
  readonly collection: string;
  /** Documents that were counted: those that were read anew for the row comparison. */
  readonly documents: number;
  readonly bytes: number;
  /** The model's paths in its order, also those that no document has, then all others, the most frequent first. */
  readonly paths: readonly PathFacts[];
}

/** One path, array places taken out; the path `…` is all that has no place among five hundred paths. */
export interface PathFacts {
  readonly path: string;
  readonly documents: number;
  /** An array counts as one value, and each of its elements as one more. */
  readonly values: number;
  readonly types: Counts;
  readonly to: Fate;
  /** What was altered or noticed in documents that moved, by code. */
  readonly findings: Counts;
  /** Documents that were refused for the sake of this path, by code. */
  readonly refused: Counts;
}

/** The census of a stage, over all its partitions (a retry's documents belong to another one, too); null without any. */
export async function censusFacts(query: Query, runId: string, stage: Stage): Promise<CensusFacts | null> {
  const rows = await query(
    `SELECT paths::text AS census FROM migration_partition
     WHERE run_id = $1::text::uuid AND stage = $2 AND paths <> '{}' AND key_type <> '${RETRY}' ORDER BY partition`,
    [runId, verificationOf(stage.name)],
  );
  if (rows.length === 0) return null;
  return describeCensus(
    stage,
    mergeCensus(
      stage.fields,
      rows.map(([census]) => JSON.parse(census!) as CensusRecord),
    ),
  );
}

/** A census with where everything goes. */
export async function describeCensus(stage: Stage, census: CensusRecord): Promise<CensusFacts> {
  const fates = await fatesOf(stage);
  const counted = new Map(census.paths.map((one) => [one.path, one]));
  const known = modelPaths(stage.fields);
  const others = census.paths.filter(({ path }) => !known.includes(path));
  others.sort((a, b) => b.documents - a.documents || (a.path < b.path ? -1 : 1));
  const all = [...known.map((path) => counted.get(path) ?? { ...NONE, path }), ...others];
  return {
    ...{ stage: stage.name, collection: stage.collection, documents: census.documents, bytes: census.bytes },
    paths: [...all, ...(census.rest === null ? [] : [census.rest])].map((one) =>
      pathFacts(one, fateAt(fates, one.path)),
    ),
  };
}

const NONE = { documents: 0, types: {}, findings: {}, refused: {} };

function pathFacts({ path, documents, types, findings, refused }: PathCount, to: Fate): PathFacts {
  const values = Object.values(types).reduce((sum, count) => sum + count, 0);
  return { path: harmlessText(path), documents, values, types, to, findings, refused };
}

/** Where values go, in a word or two. */
export function fateText(fate: Fate): string {
  return fateOf(fate).text;
}

/** The same as a message. */
export function fateOf(fate: Fate): Message {
  switch (fate.kind) {
    case 'columns':
      return plain(fate.columns.join(', '));
    case 'rows':
      return rowsOfTable({ table: fate.table });
    case 'group':
      return labelled(FATES.group);
    case 'leftover':
      return labelled(FATES.leftover);
    case 'dropped':
      return labelled(FATES.dropped);
    case 'unknown':
      return labelled(FATES.unknown);
  }
}

/** `string 12, null 3`, the most frequent first. */
export function countsText(counts: Counts): string {
  return Object.entries(counts)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${grouped(count)}`)
    .join(', ');
}

const NUMBERS = new Set(['int', 'long', 'double', 'decimal']);
/** An array's elements count at its own path, and null is the absence of a value. */
const NO_TYPE = new Set(['array', 'null', 'undefined']);

/** Whether values of more than one kind stand at a path; all numbers are one kind. */
export function isMixed(types: Counts): boolean {
  const kinds = Object.keys(types).filter((type) => !NO_TYPE.has(type));
  return new Set(kinds.map((type) => (NUMBERS.has(type) ? 'number' : type))).size > 1;
}
