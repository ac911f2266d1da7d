import { ruleOf } from '../../engine/plan/rules.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import type { Baseline } from './baseline.ts';
import type { Watch } from './derive.ts';
import type { Damage, DamageKind } from './judge.ts';
import { less, plus, type Standing, type Tallies } from './tallies.ts';

/** What all rows of a stage come to. */
interface AllRows {
  /** By table. */
  readonly standings: Readonly<Record<string, Standing>>;
  /** Entries of the ID map that are gone, by collection. */
  readonly lost: ReadonlyMap<string, number>;
}

/** What documents come to that were compared one by one. */
interface Accounts {
  /** Those that the platform has written, and those that are gone, before. */
  readonly old: Tallies;
  /** Damaged ones that nobody seems to have written: what they should come to, and what their rows come to. */
  readonly due: Tallies;
  readonly there: Tallies;
}

/**
 * Counts and sums over rows that nobody has written since the switch are what they were. Of those that are not it says
 * whether the damaged documents, or entries that the ID map has lost, make up the difference.
 */
export function wrongSums(
  { stage, rules }: Watch,
  { moved }: Baseline,
  { standings, lost }: AllRows,
  { old, due, there }: Accounts,
): Damage[] {
  const damages: Damage[] = [];
  for (const { table } of stage.tables) {
    // Its rows may change under a root that nobody has written.
    if (ruleOf(rules, table).alone) continue;
    const { untouched } = standings[table]!;
    const short = moved[table]!.rows - untouched.rows - old[table]!.rows;
    const isLost = short > 0 && short === lost.get(collectionOf(stage, table));
    if (short !== 0) damages.push(ofNobody('sum', table, isLost || short === due[table]!.rows - there[table]!.rows));
    for (const [field, sum] of Object.entries(untouched.sums)) {
      const off = less(moved[table]!.sums[field]!, plus(sum, old[table]!.sums[field]!));
      if (off === '0') continue;
      const known = less(due[table]!.sums[field]!, there[table]!.sums[field]!);
      damages.push(ofNobody('sum', `${table}.${field}`, isLost || off === known));
    }
  }
  return damages;
}

/** A damage of no one document. @param follows from another damage that was found */
export const ofNobody = (kind: DamageKind, where: string, follows = false): Damage => ({
  ...{ kind, where, legacyId: null, rootId: null },
  ...(follows && { follows }),
});

/** Under which the ID map knows the rows of a table. */
export function collectionOf({ tables, idCollection, children }: Stage, table: string): string {
  if (table === tables[0]!.table) return idCollection;
  return children.find((child) => child.table === table)?.collection ?? '';
}
