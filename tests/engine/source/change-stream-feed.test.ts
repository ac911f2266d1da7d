import { describe, expect, test } from '@jest/globals';
import { Double, Int32, ObjectId } from 'bson';
import { mongo } from 'mongoose';
import { FeedLost, SourceUnavailable } from '../../../engine/common/errors.ts';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { oplogTooShort } from '../../../engine/messages/engine/source.ts';
import { plain } from '../../../engine/messages/message.ts';
import type { FeedPage, FeedPosition } from '../../../engine/source/feed/change-feed.ts';
import { ChangeStreamFeed, type Watched } from '../../../engine/source/feed/change-stream-feed.ts';

/** No server with change streams can be had where the tests run: this stands at the driver's edge in its place. */
interface Script {
  /** What `tryNext` answers, in turns: an event, nothing (with the token that the stream has reached), or an error. */
  readonly answers: readonly (mongo.Document | { readonly reached: string } | Error)[];
  readonly now?: mongo.Timestamp;
  readonly oplog?: readonly [oldest: number, newest: number];
}

const time = (t: number, i = 1) => new mongo.Timestamp({ t, i });
/** The beginning of a token of this time. */
const tokenOf = (t: number, i = 1) => `82${t.toString(16).padStart(8, '0')}${i.toString(16).padStart(8, '0')}2B04`;
const NOW = time(1_700_000_100);
const THERE = { reached: tokenOf(1_700_000_100) };
const START: FeedPosition = { seconds: 1_700_000_000, increment: 3 };

function scripted({ answers, now = NOW, oplog }: Script) {
  const seen = { options: [] as mongo.ChangeStreamOptions[], pipelines: [] as mongo.Document[][], closed: 0 };
  const client = {
    db: (name?: string) => ({
      command: async () => ({ setName: 'rs0', operationTime: now }),
      collection: () => ({
        find: (_: object, { sort }: { sort: { $natural: number } }) => ({
          toArray: async () => {
            if (oplog === undefined || name !== 'local') throw new mongo.MongoServerError({ code: 13 });
            return [{ ts: time(oplog[sort.$natural === 1 ? 0 : 1]) }];
          },
        }),
      }),
      watch: (pipeline: mongo.Document[], options: mongo.ChangeStreamOptions) => {
        seen.pipelines.push(pipeline);
        seen.options.push(options);
        const left = [...answers];
        const stream = {
          resumeToken: undefined as unknown,
          tryNext: async () => {
            const answer = left.shift();
            if (answer === undefined) throw new Error('The stream was read beyond its end.');
            if (answer instanceof Error) throw answer;
            if (!('reached' in answer)) return answer;
            stream.resumeToken = { _data: answer['reached'] };
            return null;
          },
          close: async () => void seen.closed++,
        };
        return stream;
      },
    }),
  } as unknown as Watched;
  return { seen, feed: new ChangeStreamFeed(client, () => new SourceUnavailable(plain('told'))) };
}

const change = (_id: unknown, t = 1_700_000_050, operationType = 'update') => ({
  operationType,
  clusterTime: time(t),
  documentKey: { _id },
});

async function pages(feed: ChangeStreamFeed, position = START): Promise<FeedPage[]> {
  const all: FeedPage[] = [];
  for await (const page of feed.changesSince('users', position)) all.push(page);
  return all;
}

describe('a change stream', () => {
  test('names every document that was written to, with the exact type of its _id', async () => {
    const id = new ObjectId();
    const ids = [id, new Int32(1), new Double(1), 'kim@example.com'];
    const kinds = ['insert', 'update', 'replace', 'delete'];
    const { feed, seen } = scripted({
      answers: [...ids.map((one, place) => change(one, 1_700_000_050, kinds[place])), THERE],
    });
    const [page, ...rest] = await pages(feed);
    expect(rest).toEqual([]);
    expect(page!.keys.map((key) => key.toString('hex'))).toEqual(ids.map((one) => keyOf(one).toString('hex')));
    expect(page!.isLast).toBe(true);
    expect(seen.closed).toBe(1);
    expect(seen.options[0]).toMatchObject({ promoteValues: false });
    expect(seen.options[0]!.startAtOperationTime).toEqual(time(1_700_000_000, 3));
  });

  test('is read to the moment at which reading began: silence before it is not the end', async () => {
    const { feed } = scripted({
      answers: [change('a'), { reached: tokenOf(1_700_000_060) }, change('b', 1_700_000_070), THERE],
    });
    const all = await pages(feed);
    expect(all.map(({ keys, isLast }) => [keys.length, isLast])).toEqual([
      [1, false],
      [1, true],
    ]);
  });

  test('on a server that is never silent ends at the first event after that moment', async () => {
    const { feed } = scripted({ answers: [change('a'), change('b', 1_700_000_101)] });
    expect((await pages(feed)).map(({ keys }) => keys.length)).toEqual([2]);
  });

  test('goes on from the position of any page, which survives JSON and tells nothing of a document', async () => {
    const { feed } = scripted({
      answers: [...Array.from({ length: 1_000 }, () => change('kim@example.com')), change('b'), THERE],
    });
    const all = await pages(feed);
    expect(all.map(({ keys }) => keys.length)).toEqual([1_000, 1]);
    expect(all.map(({ position }) => position)).toEqual([
      { seconds: 1_700_000_050, increment: 1 },
      { seconds: 1_700_000_100, increment: 1 },
    ]);
    const { feed: next, seen } = scripted({ answers: [THERE] });
    await pages(next, JSON.parse(JSON.stringify(all[0]!.position)));
    expect(seen.options[0]!.startAtOperationTime).toEqual(time(1_700_000_050));
  });

  test('is lost when the server has thrown its log away, told in a sentence', async () => {
    const gone = new mongo.MongoServerError({ code: 286, message: 'Resume of change stream was not possible' });
    const { feed, seen } = scripted({ answers: [gone] });
    await expect(pages(feed)).rejects.toThrow(FeedLost);
    await expect(pages(feed)).rejects.toThrow(oplogTooShort().text);
    expect(seen.closed).toBe(2);
  });

  test.each(['drop', 'rename', 'dropDatabase', 'invalidate'])('is lost by the event %s', async (operationType) => {
    const { feed } = scripted({ answers: [{ operationType, clusterTime: time(1_700_000_050) }] });
    await expect(pages(feed)).rejects.toThrow(FeedLost);
  });

  test('passes on any other trouble as the source tells it', async () => {
    const { feed } = scripted({ answers: [new mongo.MongoNetworkError('connection reset')] });
    await expect(pages(feed)).rejects.toThrow(SourceUnavailable);
  });

  test('stands where the server is now', async () => {
    expect(await scripted({ answers: [] }).feed.position()).toEqual({ seconds: 1_700_000_100, increment: 1 });
  });

  test('tells for how long the server keeps its log, where it is told itself', async () => {
    expect(await scripted({ answers: [], oplog: [1_000, 4_600] }).feed.keptSeconds()).toBe(3_600);
    expect(await scripted({ answers: [] }).feed.keptSeconds()).toBeNull();
  });
});
