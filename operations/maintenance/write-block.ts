import { mongo } from 'mongoose';
import { MaintenanceFailed, MaintenanceUnfit, SourceUnavailable } from '../../engine/common/errors.ts';
import {
  ACTION_OUTCOMES,
  commandFailed,
  noWriteBlock,
  writeBlockForbidden,
} from '../../engine/messages/operations/maintenance.ts';
import { toSourceUnavailable } from '../../engine/source/mongodb/errors.ts';
import type { WriteBlockAction } from './action.ts';

/** The part of the driver's `Admin` that is used. */
export interface AdminCommands {
  command(command: mongo.Document): Promise<unknown>;
}

/** What servers without the command answer: CommandNotFound; FerretDB also NotImplemented. */
const UNKNOWN_COMMAND: readonly unknown[] = [59, 238];
const NOT_ALLOWED = 13;

/** Has MongoDB (6.0 or newer) refuse all users' writes, or take them again; both may be repeated. */
export async function blockWrites({ name, uri }: WriteBlockAction & { name: string }, on: boolean): Promise<string> {
  const client = new mongo.MongoClient(uri, { appName: 'mongo-to-prisma', serverSelectionTimeoutMS: 8_000 });
  try {
    return await setWriteBlock(client.db('admin').admin(), name, on);
  } finally {
    await client.close();
  }
}

/** @throws MaintenanceUnfit when the server knows no such command or does not allow it; MaintenanceFailed */
export async function setWriteBlock(admin: AdminCommands, name: string, on: boolean): Promise<string> {
  try {
    await admin.command({ setUserWriteBlockMode: 1, global: on });
    return (on ? ACTION_OUTCOMES.writesBlocked : ACTION_OUTCOMES.writesAllowed).en;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (UNKNOWN_COMMAND.includes(code)) {
      throw new MaintenanceUnfit(name, noWriteBlock());
    }
    if (code === NOT_ALLOWED) {
      throw new MaintenanceUnfit(name, writeBlockForbidden());
    }
    const told = toSourceUnavailable(error, 'the action’s uri');
    throw new MaintenanceFailed(name, told instanceof SourceUnavailable ? told.said : commandFailed());
  }
}
