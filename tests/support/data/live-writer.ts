import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, serialize } from 'bson';
import { mongo } from 'mongoose';
import { changed } from '../../engine/sync/random-changes.ts';
import type { Platform } from '../../engine/sync/reconciling.ts';

type Write = (client: mongo.MongoClient) => Promise<unknown>;

/** A platform that goes on working while it is migrated: it changes its documents at random, one after another. */
export class LiveWriter {
  /** Writes that have been made. */
  writes = 0;
  readonly #client: mongo.MongoClient;
  readonly #touches: boolean;
  #platform: Platform;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  /** @param options.touches whether it sets `updatedAt` of what it changes, as Mongoose's timestamps do */
  constructor(url: string, platform: Platform, { touches }: { readonly touches: boolean }) {
    this.#client = new mongo.MongoClient(url);
    this.#touches = touches;
    this.#platform = platform;
  }

  /** Fills the empty database. */
  async fill(): Promise<void> {
    for (const [name, documents] of Object.entries(this.#platform)) {
      await this.#client
        .db()
        .collection(name)
        .insertMany(documents as mongo.Document[]);
    }
  }

  start(pauseMs = 60): void {
    this.#isStopped = false;
    this.#running = this.#run(pauseMs);
  }

  /** What MongoDB holds; a server may take a number of another type for no change. */
  async content(): Promise<Platform> {
    const exactly = { promoteValues: false, bsonRegExp: true } as const;
    const found = Object.keys(this.#platform).map(async (name) => {
      return [name, await this.#client.db().collection(name).find({}, exactly).sort({ _id: 1 }).toArray()] as const;
    });
    return Object.fromEntries(await Promise.all(found));
  }

  /** Returns when its last write has been answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#client.close();
  }

  async #run(pauseMs: number): Promise<void> {
    for (let seed = 1; !this.#isStopped; seed++) {
      const next = changed(this.#platform, seed);
      for (const [name, documents] of Object.entries(next)) {
        const now = new Map(documents.map((one) => [String(one['_id']), one]));
        const before = new Map((this.#platform[name] ?? []).map((one) => [String(one['_id']), one]));
        const left = new Map(before);
        for (const key of new Set([...before.keys(), ...now.keys()])) {
          if (this.#isStopped) break;
          const write = this.#write(name, left, key, now.get(key));
          if (write === null) continue;
          await write(this.#client);
          this.writes += 1;
          await sleep(pauseMs);
        }
        this.#platform = { ...this.#platform, [name]: [...left.values()] };
      }
    }
  }

  /** The write that leads from what is there to the given document, which is then there; null when there is none. */
  #write(name: string, there: Map<string, Document>, key: string, to: Document | undefined): Write | null {
    const from = there.get(key);
    if (to === undefined) {
      there.delete(key);
      return (client) => client.db().collection(name).deleteOne({ _id: from!['_id'] });
    }
    const touched = this.#touches ? { ...to, updatedAt: new Date() } : to;
    if (from !== undefined && Buffer.from(serialize(from)).equals(Buffer.from(serialize(to)))) return null;
    there.set(key, touched);
    return (client) => client.db().collection(name).replaceOne({ _id: to['_id'] }, touched, { upsert: true });
  }
}
