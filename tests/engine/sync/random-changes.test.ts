import { afterEach, describe, expect, test } from '@jest/globals';
import { type Engine, engineReading, openEngine } from '../../support/run-engine.ts';
import { changed, demoPlatform } from './random-changes.ts';
import { linesOf, noteDifferences, type Platform, passOver, sumsOf, unequal } from './reconciling.ts';

const open: Engine[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
});

async function engineOn(collections: Platform): Promise<Engine> {
  const engine = await openEngine({ collections });
  open.push(engine);
  return engine;
}

class Killed extends Error {}

describe('random changes of the demo platform', () => {
  test.each([1, 2, 3])(
    'leave what a migration of the newer platform leaves, whatever was interrupted (seed %i)',
    async (seed) => {
      const platform = demoPlatform();
      const versions = [platform, changed(platform, seed)];
      versions.push(changed(versions[1]!, seed + 100));
      const engines: Engine[] = [];
      for (const version of versions) engines.push(await engineOn(version));
      const [first, ...newer] = engines as [Engine, ...Engine[]];
      const run = await first.migrate();
      let older = first;
      for (const fresh of newer) {
        await fresh.migrate();
        const engine = engineReading(first, fresh.source);
        await noteDifferences(engine, run, older.source, fresh.source);
        let segments = 0;
        const kill = () => {
          segments += 1;
          if (segments % 7 === 0) throw new Killed();
        };
        const pieces = { batchSize: 7, milliseconds: 0, before: kill };
        let result = null;
        while (result === null) {
          result = await passOver(engine, run, pieces).catch((error: unknown) => {
            if (error instanceof Killed) return null;
            throw error;
          });
        }
        expect(result.differences).toEqual([]);
        expect(result.changedAgain).toBe(0);
        const [left, right] = [await linesOf(engine), await linesOf(fresh)];
        expect(unequal(left, right)).toEqual({ left: [], right: [] });
        expect(left.length).toBe(right.length);
        expect(await sumsOf(engine)).toEqual(await sumsOf(fresh));
        older = fresh;
      }
    },
  );
});
