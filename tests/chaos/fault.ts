import type { Identity } from '../../engine/state/run/identity.ts';
import type { Random } from '../../scripts/demo/data/collections/random.ts';
import type { MongoServer } from '../../scripts/servers/mongodb.ts';
import type { PostgresServer } from '../../scripts/servers/postgres.ts';
import type { MigrationInput } from '../../workflows/messages/definitions.ts';
import type { Tuning } from '../../workflows/state/snapshot.ts';
import type { Ground } from '../support/ground.ts';
import type { Handle } from '../support/migration.ts';

/** What a round may harm. */
export interface Scene {
  readonly ground: Ground;
  readonly postgres: PostgresServer;
  readonly mongo: MongoServer;
  /** A migrated database that is not this migration's: nothing may ever be written there. */
  readonly strangerUrl: string;
  /** The folder of a backup of the empty target. */
  readonly backup: string;
  /** What each migration is started for, as a command does: preflight may be taken up by whoever polls. */
  readonly identity: Identity;
}

/** The migration of a round: the newest one, where others had to be started. */
export interface Running {
  handle: Handle;
  readonly input: MigrationInput;
  readonly tuning: Partial<Tuning>;
}

/** What is done, and when it is over; a fault that `holds` is over before the next one comes. */
export interface Done {
  readonly what: string;
  readonly done: Promise<unknown>;
  readonly holds?: boolean;
}

export type Fault = (scene: Scene, running: Running, dice: Random) => Done;

/** Makes every batch take long enough for faults to meet it. */
export async function slowDown({ ground }: Pick<Scene, 'ground'>): Promise<void> {
  await ground.sql(`CREATE OR REPLACE FUNCTION trap_slow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END $$`);
  await ground.sql(`CREATE OR REPLACE TRIGGER trap_slow AFTER UPDATE ON migration_partition FOR EACH ROW
    WHEN (NEW.read > OLD.read) EXECUTE FUNCTION trap_slow()`);
}
