import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../scripts/demo/data/collections/random.ts';
import type { WorkerProcess } from '../support/servers/worker-process.ts';
import type { Fault, Scene } from './fault.ts';

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

export const kill = toWorker('kill -9', async (one, { ground }, dice) => {
  const ms = dice.int(0, 2_000);
  await one.kill();
  await sleep(ms);
  await ground.addWorker();
});

export const freeze = toWorker('freeze for a while', async (one, { ground }, dice) => {
  const ms = dice.int(500, 6_000);
  ground.suspend(one);
  await sleep(ms);
  if (one.isAlive()) one.wake();
});

export const shutDown = toWorker('shut down', async (one, { ground }) => {
  await ground.addWorker();
  await one.shutDown();
});

export const restart: Fault = ({ ground, postgres, mongo }, _, dice) => {
  const [name, server] = dice.pick([
    ['PostgreSQL', postgres],
    ['MongoDB', mongo],
    ['Temporal', ground.temporalServer],
  ] as const);
  const crash = dice.chance(0.5);
  if (crash && server.pid !== null) process.kill(server.pid, server === postgres ? 'SIGQUIT' : 'SIGKILL');
  return { what: `${crash ? 'crash' : 'restart'} ${name}`, done: server.restart(), holds: true };
};

/** Somebody starts a worker of the same Temporal with another DATABASE_URL; it stays until the round is over. */
export const stranger: Fault = ({ ground, strangerUrl }) => ({
  what: 'start a worker of another target',
  done: ground.addStranger(strangerUrl),
});
