import type { Output } from '../io.ts';
import { LiveScreen } from './live-screen.ts';
import { PlainScreen } from './plain-screen.ts';
import type { Screen } from './screen-type.ts';

/** Progress lines that move on a terminal, plain lines elsewhere. */
export function createScreen(stream: Output): Screen {
  return stream.isTTY ? new LiveScreen(stream) : new PlainScreen((line) => stream.write(`${line}\n`));
}
