import type { Progress, StageProgress } from '../../../workflows/messages/definitions.ts';
import { clock, grouped } from './figures.ts';
import type { Screen } from './screen-type.ts';
import { doneOf, remarksOf, type Standing, stateOf } from './stage-line.ts';

/** A stage that goes on says so this often. */
const EVERY_MS = 5_000;

/** A line for each change of a stage, and one every few seconds while it goes on: for logs and pipes. */
export class PlainScreen implements Screen {
  readonly isLive = false;
  readonly #write: (line: string) => void;
  readonly #told = new Map<string, { state: string; at: number }>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  say(text: string): void {
    this.#write(text.trimEnd());
  }

  show(progress: Progress): void {
    for (const stage of progress.stages) {
      const state = stateOf(stage, progress.state);
      const told = this.#told.get(stage.name) ?? { state: 'pending', at: 0 };
      const isMoving =
        (progress.state === 'running' && (stage.state === 'copying' || stage.state === 'verifying')) ||
        progress.rollback?.stage === stage.name;
      if (told.state === state && !(isMoving && Date.now() - told.at >= EVERY_MS)) continue;
      this.#told.set(stage.name, { state, at: Date.now() });
      this.#write(`${clock()}  ${plainLine(stage, state, progress)}`);
    }
  }

  end(): void {}
}

function plainLine(stage: StageProgress, state: string, run: Standing): string {
  const { done, total } = doneOf(stage);
  const count = total === null ? '' : ` ${grouped(done)}/${grouped(total)}`;
  return [`${stage.name}: ${state}${count}`, ...remarksOf(stage, run)].join(', ');
}
