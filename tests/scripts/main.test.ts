import { Readable, Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { databaseUrlNotSet } from '../../engine/messages/worker/settings.ts';
import { temporalUnreachable } from '../../engine/messages/worker/temporal.ts';
import { EXIT } from '../../scripts/cli/exit-codes.ts';
import { type Io, ownProcess } from '../../scripts/cli/io.ts';
import { main } from '../../scripts/cli/main.ts';

class Gathered extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** What a command leaves that nobody of the process knows of. */
async function called(args: readonly string[], environment: Record<string, string> = {}, more: Partial<Io> = {}) {
  const [out, err] = [new Gathered(), new Gathered()];
  const code = await main(args, { ...ownProcess, out, err, environment: () => environment, ...more });
  return { code, out: out.text, err: err.text };
}

test('help and usage go where the caller says, with the exit code as the answer', async () => {
  expect(await called(['--help'])).toEqual({
    code: EXIT.done,
    out: expect.stringMatching(/^Usage: mongo-to-prisma /),
    err: '',
  });
  const { code, out, err } = await called(['run', '--limit', 'few', '--batch-size', '0']);
  expect([code, out]).toEqual([EXIT.usage, '']);
  expect(err).toMatch(/'few' is invalid[\s\S]*'0' is invalid/);
});

test('commands that run at once each have their own settings and their own streams', async () => {
  const nowhere = (port: number) => ({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
  const [one, other, third] = await Promise.all([
    called(['status'], nowhere(1)),
    called(['status'], nowhere(2)),
    called(['release'], {}),
  ]);
  expect(one).toEqual({ code: EXIT.failed, out: '', err: `${temporalUnreachable({ address: '127.0.0.1:1' }).text}\n` });
  expect(other).toEqual({
    code: EXIT.failed,
    out: '',
    err: `${temporalUnreachable({ address: '127.0.0.1:2' }).text}\n`,
  });
  expect(third).toEqual({ code: EXIT.usage, out: '', err: expect.stringContaining(databaseUrlNotSet().text) });
});

test('neither the process’s exit code nor its signals are touched', async () => {
  const before = [process.exitCode, process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')];
  expect((await called(['assess'], { SOURCE_URI: 'dump:/nowhere' }, { input: Readable.from([]) })).code).not.toBe(
    EXIT.done,
  );
  expect([process.exitCode, process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual(before);
});

test('a fault of the program itself is thrown, not told as one of the operator’s', async () => {
  const broken = () => {
    throw new RangeError('a bug');
  };
  await expect(called(['status'], {}, { environment: broken })).rejects.toThrow('a bug');
});
