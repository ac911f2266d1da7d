import { Readable, Writable } from 'node:stream';
import type { Environment } from '../../../worker/environment.ts';
import { ownProcess } from '../../cli/io.ts';
import { main } from '../../cli/main.ts';

/** A command of `mongo-to-prisma` as a function call, without a process of its own. @throws Error when it would end its process */
export async function carryOut(
  words: readonly string[],
  environment: Environment,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err] = [new Gathered(), new Gathered()];
  const code = await main(words, {
    ...ownProcess,
    ...{ out, err, environment: () => environment },
    // Nobody is there to be asked.
    input: Readable.from([]),
    exit: (status) => {
      throw new Error(`The command ended its process with ${status}: ${out.text}${err.text}`);
    },
  });
  return { code, out: out.text, err: err.text };
}

class Gathered extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
