import { openEngine } from '../support/run-engine.ts';
import { type Fate, Fates } from './fates.ts';
import { PLACES, type Place, type Placed, placedIn, type Tried, WORLD } from './placed.ts';

/** How many objects ended how in one place. */
export interface Tally {
  cases: number;
  exact: number;
  readonly quarantined: Record<string, number>;
}

/** What came of trying objects out. */
export interface Outcome {
  readonly tallies: ReadonlyMap<Place, Tally>;
  /** By case: which place, and what became of it. */
  readonly fates: readonly { readonly placed: Placed; readonly fate: Fate }[];
  /** What must not be. */
  readonly problems: readonly string[];
}

/** Moves documents that hold each object in every place, and looks for it in what became of them. */
export async function tryOut(objects: readonly Tried[]): Promise<Outcome> {
  const taken = new Set<string>();
  const all = objects.flatMap((one, n) => placedIn(one, n + 2, taken));
  const collections: Record<string, Buffer[]> = {};
  for (const [name, documents] of Object.entries(WORLD)) collections[name] = [...documents];
  for (const { collection, bytes } of all) collections[collection]!.push(bytes);
  const engine = await openEngine({ collections });
  try {
    const { differences } = await engine.migrate({ batchSize: 200 });
    const fates = await Fates.read(engine.target);
    const tallies = new Map<Place, Tally>(PLACES.map((place) => [place, { cases: 0, exact: 0, quarantined: {} }]));
    const problems = Object.entries(differences).flatMap(([stage, found]) =>
      found.map(({ kind, where }) => `${stage}: verification says ${kind} ${where}`),
    );
    const ends = all.map((placed) => ({ placed, fate: fates.of(placed) }));
    for (const { placed, fate } of ends) {
      const tally = tallies.get(placed.place)!;
      tally.cases++;
      if (fate.kind === 'exact') tally.exact++;
      else if (fate.kind === 'quarantined') tally.quarantined[fate.what] = (tally.quarantined[fate.what] ?? 0) + 1;
      else problems.push(`${placed.tried.name} as ${placed.place}: ${fate.what}`);
    }
    return { tallies, fates: ends, problems };
  } finally {
    await engine.close();
  }
}

/** One line a place. */
export function tableOf({ tallies }: Outcome): string[] {
  return [...tallies].map(([place, { cases, exact, quarantined }]) => {
    const codes = Object.entries(quarantined).map(([code, count]) => `${code} ${count}`);
    const held = Object.values(quarantined).reduce((sum, count) => sum + count, 0);
    const shown = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
    return `${place.padEnd(18)} cases ${cases}, moved exactly ${exact}, quarantined ${held}${shown}`;
  });
}
