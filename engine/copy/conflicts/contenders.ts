import { compareKeys, type LegacyKey } from '../../document/legacy-key.ts';
import { sayDocument } from '../../document/say-key.ts';
import type { Stage } from '../../plan/stage.ts';

/** A document that wants unique values, whether its row is in the table or not. */
export interface Contender {
  readonly name: string;
  readonly key: LegacyKey | null;
  /** What findings and causes keep for it: its legacy id, or the row's id when it is nobody's document. */
  readonly shown: string;
  readonly claims: readonly string[];
  /** By claim, the one that a suffix would make of it: what it takes when another has the first. */
  readonly suffixed: ReadonlyMap<string, string>;
  /** `waiting` in quarantine, `holding` a row of this run, or `fixed`: a row that is not this run's to move. */
  readonly place: 'waiting' | 'holding' | 'fixed';
}

/** As a sentence names it. */
export const sayContender = (stage: Stage, { key, shown }: Contender) =>
  key === null ? shown : sayDocument(stage, key);

/** Everything that a contender may come to hold. */
export const wishesOf = ({ claims, suffixed }: Contender) => [...claims, ...suffixed.values()];

/** Contenders that are linked by common claims, however indirectly. */
export function groupsOf(contenders: readonly Contender[]): Contender[][] {
  const groupOf = new Map<string, Contender[]>();
  const groups = new Set<Contender[]>();
  for (const contender of contenders) {
    const linked = new Set(
      wishesOf(contender)
        .map((claim) => groupOf.get(claim))
        .filter((group) => group !== undefined),
    );
    const merged = [contender, ...[...linked].flat()];
    for (const group of linked) groups.delete(group);
    groups.add(merged);
    for (const member of merged) for (const claim of wishesOf(member)) groupOf.set(claim, merged);
  }
  return [...groups].filter((group) => group.some(({ place }) => place === 'waiting'));
}

/** Where one lost: the claim, and who has it. */
export interface Loss {
  readonly claim: string;
  readonly holder: Contender;
}

/** Who moves, with suffixes in the place of some losses, and who yields, and to whom. */
export interface Decision {
  readonly winners: ReadonlyMap<Contender, readonly Loss[]>;
  readonly losers: ReadonlyMap<Contender, Loss>;
}

/** What inserting the group in `_id` order would have given. */
export function decide(group: readonly Contender[]): Decision {
  const sorted = [...group].sort(
    (a, b) => Number(b.place === 'fixed') - Number(a.place === 'fixed') || compareKeys(a.key!, b.key!),
  );
  const taken = new Map<string, Contender>();
  const winners = new Map<Contender, Loss[]>();
  const losers = new Map<Contender, Loss>();
  for (const contender of sorted) {
    const losses = contender.claims.flatMap((claim) => lossOf(claim, taken));
    const final = losses.find(({ claim }) => taken.has(contender.suffixed.get(claim) ?? claim));
    if (final !== undefined && contender.place !== 'fixed') {
      losers.set(contender, final);
      continue;
    }
    winners.set(contender, losses);
    const lost = new Set(losses.map(({ claim }) => claim));
    for (const claim of contender.claims) {
      taken.set(lost.has(claim) ? (contender.suffixed.get(claim) ?? claim) : claim, contender);
    }
  }
  return { winners, losers };
}

function lossOf(claim: string, taken: ReadonlyMap<string, Contender>): Loss[] {
  const holder = taken.get(claim);
  return holder === undefined ? [] : [{ claim, holder }];
}
