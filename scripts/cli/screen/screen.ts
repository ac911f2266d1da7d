import type { Progress } from '../../../workflows/messages/definitions.ts';
import { LiveScreen } from './live-screen.ts';
import { PlainScreen } from './plain-screen.ts';

/** Where a command shows what goes on. */
export interface Screen {
  /** Whether a person looks on. */
  readonly isLive: boolean;
  /** Lines of text; on a terminal they go above the progress lines. */
  say(text: string): void;
  /** Where the run stands. */
  show(progress: Progress): void;
  /** Leaves the last state standing; text may follow. */
  end(): void;
}

/** Progress lines that move on a terminal, plain lines elsewhere. */
export function createScreen(stream: NodeJS.WriteStream): Screen {
  return stream.isTTY ? new LiveScreen(stream) : new PlainScreen((line) => stream.write(`${line}\n`));
}
