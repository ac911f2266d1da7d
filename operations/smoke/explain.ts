import { generalPath } from '../../engine/document/findings/path.ts';
import { keyName } from '../../engine/document/legacy-key.ts';
import { ALTERING } from '../../engine/report/sample/sample.ts';
import { byteaText, bytesOfBytea } from '../../engine/target/bytea.ts';
import { indexed } from '../../engine/target/indexed-key.ts';
import type { Query } from '../../engine/target/query.ts';
import type { Reference } from './answers/answer.ts';
import type { Found } from './answers/compare.ts';

/** Findings about sub-documents that have no key of their own, besides those that alter a value. */
const CODES: readonly string[] = [...ALTERING, 'repeatedId', 'nullElement'];

/** Those differences that no finding of the migration tells of; a finding's path may be the end of the difference's. */
export async function unexplained(query: Query, differences: readonly Found[]): Promise<Found[]> {
  const roots = differences.flatMap(({ root }) => (root === null ? [] : [root]));
  const told = await alteredPaths(query, roots);
  return differences.filter(({ root, path }) => {
    const paths = root === null ? undefined : told.get(nameOf(root.collection, root.key));
    const place = path.join('.');
    return !paths?.some((altered) => place === altered || place.endsWith(`.${altered}`));
  });
}

const nameOf = (stage: string, key: Buffer) => `${stage}\n${keyName(key)}`;

/** General paths of altered values by document; stages have the names of their roots' collections in the ID map. */
async function alteredPaths(query: Query, roots: readonly Reference[]): Promise<Map<string, string[]>> {
  const paths = new Map<string, string[]>();
  if (roots.length === 0) return paths;
  const rows = await query(
    `SELECT DISTINCT stage, legacy_key, path FROM migration_finding
     JOIN unnest($1::text[], $2::text[]) AS asked (in_stage, key) ON stage = in_stage AND ${indexed('legacy_key')} = ${indexed('key::bytea')}
     WHERE code = ANY($3::text[])`,
    [roots.map(({ collection }) => collection), roots.map(({ key }) => byteaText(key)), CODES],
  );
  for (const [stage, key, path] of rows) {
    const name = nameOf(stage!, bytesOfBytea(key!));
    paths.set(name, [...(paths.get(name) ?? []), generalPath(path!)]);
  }
  return paths;
}
