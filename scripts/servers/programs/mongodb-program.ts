import { join } from 'node:path';
import { MongoBinary } from 'mongodb-memory-server-core';
import { ServerMissing } from '../../../engine/common/errors.ts';
import { lookingForMongodb } from '../../../engine/messages/commands/starting.ts';
import type { Message } from '../../../engine/messages/message.ts';
import { noMongodbServer } from '../../../engine/messages/worker/servers.ts';
import { type Report, reasonOf } from '../report.ts';
import { cacheFolder } from './cache.ts';
import { whyUnreachable } from './download.ts';
import { goBuild } from './go-build.ts';
import { programOnPath, versionOf } from './programs.ts';

/** A program that serves MongoDB's wire protocol. */
export interface MongoProgram {
  readonly kind: 'mongod' | 'ferretdb';
  readonly title: string;
  readonly path: string;
}

/** The platform's own major version. */
const downloadedVersion = '8.0.17';

/**
 * A mongod on PATH, else MongoDB's own download, else FerretDB built from its pinned Go module.
 *
 * @throws {ServerMissing} when none of them is to be had
 */
export async function findMongo(report: Report): Promise<MongoProgram> {
  const installed = await programOnPath('mongod');
  if (installed !== undefined && (await versionOf(installed)) !== undefined) {
    return { kind: 'mongod', title: 'mongod', path: installed };
  }
  const failures: Message[] = [];
  try {
    return { kind: 'mongod', title: `mongod ${downloadedVersion}`, path: await download(report) };
  } catch (error) {
    failures.push(reasonOf(error));
  }
  try {
    const path = await goBuild({ name: 'ferretdb', package: '.', title: 'FerretDB' }, report);
    return { kind: 'ferretdb', title: 'FerretDB', path };
  } catch (error) {
    failures.push(reasonOf(error));
  }
  throw new ServerMissing(noMongodbServer({ why: failures }));
}

async function download(report: Report): Promise<string> {
  const reason = await whyUnreachable('fastdl.mongodb.org');
  if (reason !== undefined) throw new ServerMissing(reason);
  report(lookingForMongodb().text);
  // The library checks what it downloaded, and holds a lock of its own.
  return MongoBinary.getPath({ version: downloadedVersion, downloadDir: join(cacheFolder(), 'mongodb') });
}
