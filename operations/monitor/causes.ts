import type { Damage, DamageKind } from './judge.ts';

/** Damages of one kind in one place: what is told as one problem. */
export interface Cause {
  readonly kind: DamageKind;
  readonly where: string;
  readonly damages: readonly Damage[];
}

/**
 * Damages of one stage by what they come of, so that each is told once: those that only follow from another one are left
 * out, and whatever of the old database has changed is one matter.
 */
export function causesOf(collection: string, damages: readonly Damage[]): Cause[] {
  const causes = new Map<string, { kind: DamageKind; where: string; damages: Damage[] }>();
  for (const damage of damages) {
    if (damage.follows) continue;
    const where = damage.kind === 'sourceChanged' ? collection : damage.where;
    const name = `${damage.kind}\n${where}`;
    const cause = causes.get(name) ?? { kind: damage.kind, where, damages: [] };
    cause.damages.push(damage);
    causes.set(name, cause);
  }
  return [...causes.values()];
}
