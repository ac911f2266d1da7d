import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../scripts/demo-data/random.ts';
import type { MongoServer } from '../../scripts/servers/mongodb.ts';
import type { PostgresServer } from '../../scripts/servers/postgres.ts';
import type { Ground } from '../support/ground.ts';
import type { Handle } from '../support/migration.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

/** What a round may harm. */
export interface Scene {
  readonly ground: Ground;
  readonly postgres: PostgresServer;
  readonly mongo: MongoServer;
}

/** What is done, and when it is over; a fault that `holds` is over before the next one comes. */
export interface Done {
  readonly what: string;
  readonly done: Promise<unknown>;
  readonly holds?: boolean;
}

type Fault = (scene: Scene, handle: Handle, dice: Random) => Done;

const STAGES = ['user', 'artist', 'project', 'fundingProject', 'payment'];

function worker({ ground }: Scene, dice: Random): WorkerProcess | undefined {
  const alive = ground.workers.filter((one) => one.isAlive());
  return dice.pick(alive.length > 0 ? alive : [undefined]);
}

/** Does something to a worker, if one is there. */
function toWorker(what: string, act: (one: WorkerProcess, scene: Scene, dice: Random) => Promise<unknown>): Fault {
  return (scene, _, dice) => {
    const one = worker(scene, dice);
    return { what: `${what} ${one?.name ?? 'nobody'}`, done: one ? act(one, scene, dice) : Promise.resolve() };
  };
}

async function freeze(one: WorkerProcess, { ground }: Scene, dice: Random): Promise<void> {
  const ms = dice.int(500, 6_000);
  ground.suspend(one);
  await sleep(ms);
  if (one.isAlive()) one.wake();
}

const kill = toWorker('kill -9', async (one, { ground }, dice) => {
  const ms = dice.int(0, 2_000);
  await one.kill();
  await sleep(ms);
  await ground.addWorker();
});
const freezing = toWorker('freeze for a while', freeze);
const shutDown = toWorker('shut down', async (one, { ground }) => {
  await ground.addWorker();
  await one.shutDown();
});

const LINKS = ['postgres', 'mongodb', 'temporal'] as const;

const cut: Fault = ({ ground }, _, dice) => {
  const link = dice.pick(LINKS);
  ground[link]?.cut();
  return { what: `cut the connections to ${link}`, done: Promise.resolve() };
};

const swallow: Fault = ({ ground }, _, dice) => {
  const link = dice.pick(LINKS);
  const ms = dice.int(300, 4_000);
  ground[link]?.swallow();
  return {
    what: `swallow what goes to and from ${link} for ${ms} ms`,
    done: sleep(ms).then(() => ground[link]?.heal()),
  };
};

const refuse: Fault = ({ ground }, _, dice) => {
  const link = dice.pick(LINKS);
  const ms = dice.int(300, 4_000);
  ground[link]?.refuse();
  return { what: `refuse connections to ${link} for ${ms} ms`, done: sleep(ms).then(() => ground[link]?.heal()) };
};

const restart: Fault = ({ ground, postgres, mongo }, _, dice) => {
  const [name, server] = dice.pick([
    ['PostgreSQL', postgres],
    ['MongoDB', mongo],
    ['Temporal', ground.temporalServer],
  ] as const);
  const crash = dice.chance(0.5);
  if (crash && server.pid !== null) process.kill(server.pid, server === postgres ? 'SIGQUIT' : 'SIGKILL');
  return { what: `${crash ? 'crash' : 'restart'} ${name}`, done: server.restart(), holds: true };
};

/** Sends something as an operator does; a server that is away, or a run that has ended, does not take it. */
const send = (what: string, sending: Promise<unknown>): Done => ({ what, done: sending.catch(() => {}) });

const pause: Fault = (_, handle, dice) => {
  const ms = dice.int(200, 3_000);
  const resumed = async () => {
    await handle.signal('pause', {});
    await sleep(ms);
    await handle.signal('resume');
  };
  return send(`pause, and resume after ${ms} ms`, resumed());
};
const rollback: Fault = (_, handle, dice) => {
  const stage = dice.pick(STAGES);
  return send(`roll back to ${stage}`, handle.signal('rollbackToStage', stage));
};
const batchSize: Fault = (_, handle, dice) => {
  const size = dice.int(1, 60);
  return send(`set the batch size to ${size}`, handle.signal('setBatchSize', size));
};
const parallelism: Fault = (_, handle, dice) => {
  const lanes = dice.int(1, 4);
  return send(`set the parallelism to ${lanes}`, handle.signal('setParallelism', lanes));
};

/** Those that are there twice come twice as often. */
const FAULTS: readonly Fault[] = [
  ...[kill, kill, kill, freezing, freezing, shutDown, cut, cut, cut, swallow, refuse, restart, restart],
  ...[pause, rollback, batchSize, parallelism],
];

/** Does what the dice say to a running migration. */
export function strike(scene: Scene, handle: Handle, dice: Random): Done {
  return dice.pick(FAULTS)(scene, handle, dice);
}
