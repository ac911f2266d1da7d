import type { Random } from '../../scripts/demo/data/collections/random.ts';
import type { Done, Fault, Running, Scene } from './fault.ts';
import { cut, late, refuse, silence, swallow } from './network-faults.ts';
import { batchSize, beginOver, parallelism, pause, restore, retry, rollback } from './operator-faults.ts';
import { freeze, kill, restart, shutDown, stranger } from './process-faults.ts';

/** Those that are there twice come twice as often. */
const FAULTS: readonly Fault[] = [
  ...[kill, kill, kill, freeze, freeze, shutDown, restart, restart, stranger],
  ...[cut, cut, cut, swallow, refuse, silence, silence, late, late],
  ...[pause, rollback, batchSize, parallelism, retry, restore],
];
/** What a later run of the same target meets, too: messages to the first one would make it another. */
const WITHOUT_MESSAGES = FAULTS.filter((fault) => ![rollback, retry].includes(fault));

/** Does what the dice say to a running migration; once in a while it is given up and begun over. */
export function strike(scene: Scene, running: Running, dice: Random): Done {
  const isFirst = running.input.reconcile === undefined && running.input.retry === undefined;
  if (isFirst && dice.chance(0.04)) return beginOver(scene, running, dice);
  return dice.pick(isFirst ? FAULTS : WITHOUT_MESSAGES)(scene, running, dice);
}
