import type { Progress } from '../../../workflows/messages/definitions.ts';

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
