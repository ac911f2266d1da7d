import type { SourceIdentity } from './source.ts';

/**
 * Whether two identities are of one platform: no collection that both tell of has another UUID, and one at least has the
 * same. Dumps that tell no UUID are of one platform when they are of one database's name: nothing better is known.
 */
export function isSameSource(a: SourceIdentity, b: SourceIdentity | null): boolean {
  if (b === null) return false;
  const both = Object.keys(a.uuids).filter((name) => a.uuids[name] != null && b.uuids[name] != null);
  if (both.some((name) => a.uuids[name] !== b.uuids[name])) return false;
  return both.length > 0 || (isWithoutUuids(a) && isWithoutUuids(b) && a.database === b.database);
}

const isWithoutUuids = ({ uuids }: SourceIdentity) => Object.values(uuids).every((uuid) => uuid === null);
