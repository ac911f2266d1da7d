import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TemporalConfiguration } from './configuration.ts';
import { connectTemporal, namespaceIdOf, type TemporalPlace } from './temporal.ts';

/** The local Temporal server that some command of this user keeps at the moment. */
export interface LocalTemporal {
  /** The server's own process. */
  readonly pid: number;
  /** The command that ends it when it ends. */
  readonly keeper: number;
  readonly address: string;
  readonly uiUrl: string | null;
}

const schema = z.object({
  pid: z.number().int(),
  keeper: z.number().int(),
  address: z.string(),
  uiUrl: z.string().nullable(),
});

/** Its file, in the state folder; the server's database lies beside it. */
export function localTemporalFile(stateFolder: string): string {
  return join(stateFolder, 'temporal.json');
}

/** How to reach a local server. */
export function placeOf(
  { address }: Pick<LocalTemporal, 'address'>,
  { payloadKeys }: Pick<TemporalConfiguration, 'payloadKeys'> = { payloadKeys: [] },
): TemporalPlace {
  return { connection: { address }, namespace: 'default', payloadKeys };
}

/** The local server that runs and answers, or null. */
export async function findLocalTemporal(stateFolder: string): Promise<LocalTemporal | null> {
  const text = await readFile(localTemporalFile(stateFolder), 'utf8').catch(() => null);
  if (text === null) return null;
  const told = schema.safeParse(parseJson(text));
  // A process of that id that is somebody else's by now would not answer on that port.
  if (!told.success || !isAlive(told.data.pid) || !(await answers(placeOf(told.data)))) return null;
  return told.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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
