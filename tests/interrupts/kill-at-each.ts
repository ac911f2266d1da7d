import type { Trap, TrapPlace } from '../support/faults/trap.ts';
import type { Ground } from '../support/ground.ts';
import { until } from '../support/scripts.ts';

/** Where a worker is when it is killed, and the place in the database where it is met then. */
export type Place = readonly [where: string, TrapPlace];

/** Sessions of a worker in this database. */
const SESSIONS = 'FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()';

/**
 * Kills the worker at each of these places, in the order in which what `begin` starts comes to them. The next worker
 * starts when the next trap is set; where that is the same place, the dead one's session is ended without its statement.
 */
export async function killAtEach(
  ground: Ground,
  [first, ...more]: readonly Place[],
  begin: () => Promise<unknown>,
): Promise<void> {
  let [where, place] = first!;
  let trap = await ground.trap(place);
  await begin();
  for (const next of more) {
    const application = await killAt(ground, where, trap);
    if (next[1] === place) {
      await ground.sql(`SELECT pg_terminate_backend(pid, 10000) ${SESSIONS}`, [application]);
    } else {
      await letGo(ground, trap, application);
      trap = await ground.trap(next[1]);
    }
    [where, place] = next;
    await ground.addWorker();
  }
  await letGo(ground, trap, await killAt(ground, where, trap));
  await ground.addWorker();
}

/** Kills the worker that comes to a place. @returns how its session is called, which stands in the trap still */
export async function killAt(ground: Ground, where: string, trap: Trap): Promise<string> {
  const { application } = await trap.sprung().catch((cause) => {
    throw new Error(`Nobody came to the place: ${where}`, { cause });
  });
  await ground.workerOf(application).kill();
  return application;
}

/** What the dead worker has sent is carried out still, and nobody hears of it. */
export async function letGo(ground: Ground, trap: Trap, application: string): Promise<void> {
  await trap.open();
  await until(async () => (await ground.sql(`SELECT 1 ${SESSIONS}`, [application])).length === 0);
}
