import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ObjectId } from 'bson';
import { NO_COUNTERS, readCheckpoints } from '../../../engine/state/run/checkpoint.ts';
import { verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import type { Difference } from '../../../engine/verify/difference.ts';
import { planVerification, restartVerification } from '../../../engine/verify/rows/verify-rows.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { writerNow } from '../../support/data/writers.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { compiled, outputOf, project } from '../../support/scripts.ts';
import { collectionsOf, column, planned } from '../small-platform.ts';
import type { Took, Work } from './one-partition.ts';

const MANY = 200_000;
/** MiB. */
const MOST = 512;

let engine: Engine;
afterEach(() => engine.close());

const idOf = (n: number) => new ObjectId(`66000000${n.toString(16).padStart(16, '0')}`);
const many = <T>(make: (n: number) => T) => Array.from({ length: MANY }, (_, n) => make(n));

/** Every third task is of somebody, every third of somebody who is not there. */
function withTasks(make: PlatformDocuments): void {
  const of = (n: number) => [{ assignedTo: make.backer }, { assignedTo: idOf(n) }, {}][n % 3];
  make.project({ tasks: many((n) => ({ _id: idOf(n), id: n, title: `t${n}`, ...of(n) })) });
}

/** None of which has an `_id`, so that each is a finding, too. */
function withAchievements(make: PlatformDocuments): void {
  make.profile({ achievements: many((n) => (n % 2 === 0 ? {} : { title: `${n}` })) });
}

async function inProcess(work: Work): Promise<Took> {
  const file = compiled('tests/engine/copy/one-partition.ts');
  const child = spawn(process.execPath, [file, JSON.stringify(work)], {
    cwd: project,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { out, err } = await outputOf(child);
  expect(err).toBe('');
  return JSON.parse(out) as Took;
}

describe('one document of 200,000 sub-documents', () => {
  test.each([
    ['tasks', 'project', 'ProjectTask', withTasks, { default: 2 * MANY + 7, dangling: Math.floor((MANY + 1) / 3) }],
    ['achievements without _id', 'artist', 'ArtistAchievement', withAchievements, { default: 9, withoutId: MANY }],
  ] as const)('%s: is copied and verified in 512 MiB each', async (_, stage, table, fill, findings) => {
    const make = new PlatformDocuments();
    fill(make);
    engine = await openEngine({ collections: collectionsOf(make.all) });
    const { target, databaseUrl, folder } = engine;
    const run = await engine.prepare();
    await engine.copy(run, 'user');
    await planned(engine, run.runId, stage);
    const work = { databaseUrl, dump: join(folder, 'dump'), spoolFolder: join(folder, 'spool'), stage, run };

    const copied = await inProcess({ ...work, what: 'copy', sequence: 1 });
    expect(copied).toMatchObject({
      done: true,
      counters: { ...NO_COUNTERS, read: 1, written: 1, rows: MANY + 1, findings },
    });
    expect(await column(target, `SELECT count(*) FROM "${table}"`)).toEqual([`${MANY}`]);
    const entries = `SELECT count(*) FROM migration_id_map WHERE parent_key <> '' AND prisma_id IN (SELECT id FROM "${table}")`;
    expect(await column(target, entries)).toEqual([`${MANY}`]);
    expect(copied.resident).toBeLessThan(MOST);

    await planVerification(target, await writerNow(target, run.runId), stage);
    const verified = await inProcess({ ...work, what: 'verify', sequence: 1 });
    expect(verified).toMatchObject({ done: true, counters: { ...NO_COUNTERS, read: 1 } });
    expect(verified.resident).toBeLessThan(MOST);

    const last = (nth: number) => `id = (SELECT id FROM "${table}" ORDER BY id DESC OFFSET ${nth} LIMIT 1)`;
    await target.query(`UPDATE "${table}" SET title = 'another' WHERE ${last(0)}`, []);
    await target.query(`DELETE FROM "${table}" WHERE ${last(1)}`, []);
    await restartVerification(target, await writerNow(target, run.runId), stage);
    await inProcess({ ...work, what: 'verify', sequence: 2 });
    const [{ samples } = { samples: [] }] = await readCheckpoints(target, run.runId, verificationOf(stage));
    const differences = samples as Difference[];
    expect(differences.map(({ kind, where }) => `${kind} ${where}`).sort()).toEqual([
      `different ${table}.title`,
      `missing ${table}`,
    ]);
  });
});
