import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { packageFolder } from '../../engine/common/package-folder.ts';
import { jsonFileOrNull } from '../../engine/common/read-json.ts';
import type { Param } from '../../engine/messages/message.ts';
import {
  folderOfCommand,
  localNeedsTarget,
  localOfOlderBuild,
  severalLocal,
} from '../../engine/messages/worker/temporal.ts';
import { labelOf } from '../../engine/state/run/identity.ts';
import type { Configuration, TemporalConfiguration } from '../configuration.ts';
import { connectTemporal, namespaceIdOf, type TemporalPlace, TemporalUnavailable } from './connect.ts';

/** The settings that say whose local server is meant. */
export type LocalSettings = Pick<Configuration, 'stateFolder' | 'databaseUrl'>;

/** Where the local server of one project and target has its state: nobody else attaches to its runs, or ends it. */
export interface LocalPlace {
  readonly folder: string;
  readonly project: string;
  /** In words, without credentials. */
  readonly target: string;
}

/** The local Temporal server that some command of this user keeps at the moment. */
export interface LocalTemporal extends LocalPlace {
  /** The server's own process. */
  readonly pid: number;
  /** The command that ends it when it ends. */
  readonly keeper: number;
  readonly address: string;
  readonly uiUrl: string | null;
}

const schema = z.object({
  project: z.string(),
  target: z.string(),
  pid: z.number().int(),
  keeper: z.number().int(),
  address: z.string(),
  uiUrl: z.string().nullable(),
});

/** Its file, in its folder; the server's database lies beside it. */
export function localTemporalFile(folder: string): string {
  return join(folder, 'temporal.json');
}

/**
 * Where the local server of these settings' target has its state.
 * @throws ConfigurationError when no target is set
 * @throws TemporalUnavailable while the state folder holds that of an older build, which belongs to no target
 */
export function localPlaceOf({ stateFolder, databaseUrl }: LocalSettings): LocalPlace {
  if (databaseUrl === null) throw new ConfigurationError([localNeedsTarget()]);
  const [project, target] = [ownProject(), labelOf(databaseUrl)];
  const digest = createHash('sha256')
    .update(JSON.stringify([project, target]))
    .digest('hex')
    .slice(0, 16);
  const folder = join(stateFolder, digest);
  refuseOlder(stateFolder, folder);
  return { folder, project, target };
}

/** The checkout, or the folder of the installed package. */
const ownProject = () => realpathSync(packageFolder());

/** Every command of every target went to that one. */
function refuseOlder(stateFolder: string, folder: Param = folderOfCommand()): void {
  if (!existsSync(join(stateFolder, 'temporal.db'))) return;
  throw new TemporalUnavailable(localOfOlderBuild({ state: stateFolder, folder }));
}

/** How to reach a local server. */
export function placeOf(
  { address, folder }: Pick<LocalTemporal, 'address'> & Partial<Pick<LocalTemporal, 'folder'>>,
  { payloadKeys }: Pick<TemporalConfiguration, 'payloadKeys'> = { payloadKeys: [] },
): TemporalPlace {
  return { connection: { address }, namespace: 'default', payloadKeys, ...(folder && { stateFolder: folder }) };
}

/**
 * The local server of this project and the set target that runs and answers, or null. Where no target is set it is the
 * only one of the project.
 * @throws ConfigurationError when no target is set, and several run; TemporalUnavailable as `localPlaceOf`
 */
export async function findLocalTemporal(settings: LocalSettings): Promise<LocalTemporal | null> {
  if (settings.databaseUrl !== null) return readLocalTemporal(localPlaceOf(settings).folder);
  refuseOlder(settings.stateFolder);
  const project = ownProject();
  const own = (await listLocalTemporals(settings)).filter((one) => one.project === project);
  if (own.length <= 1) return own[0] ?? null;
  throw new ConfigurationError([severalLocal({ targets: own.map(({ target }) => target).join('; ') })]);
}

/** All local servers of the state folder that run and answer. */
export async function listLocalTemporals({ stateFolder }: LocalSettings): Promise<LocalTemporal[]> {
  const names = await readdir(stateFolder).catch(() => []);
  const found = await Promise.all(names.sort().map((name) => readLocalTemporal(join(stateFolder, name))));
  return found.filter((one) => one !== null);
}

/** The local server whose state this folder has, when it runs and answers. */
export async function readLocalTemporal(folder: string): Promise<LocalTemporal | null> {
  const told = schema.safeParse(await jsonFileOrNull(localTemporalFile(folder)));
  if (!told.success) return null;
  const local = { ...told.data, folder };
  // A process of that id that is somebody else's by now would not answer on that port.
  return isAlive(local.pid) && (await answers(placeOf(local))) ? local : null;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function answers(place: TemporalPlace): Promise<boolean> {
  try {
    const connection = await connectTemporal(place);
    try {
      await namespaceIdOf(connection, place);
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
