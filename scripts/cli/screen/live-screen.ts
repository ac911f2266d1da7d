import { MultiBar, type SingleBar } from 'cli-progress';
import type { Progress, StageProgress } from '../../../workflows/messages/definitions.ts';
import type { Output } from '../io.ts';
import type { Screen } from './screen-type.ts';
import { doneOf, type Standing, stageLine } from './stage-line.ts';

interface Payload {
  readonly stage: StageProgress;
  readonly run: Standing;
}

const CLEAR_TO_END = '\u001b[K';
/** DECAWM: a table that is wider than the terminal is cut at its edge; folded it could not be read at all. */
const [WRAP_OFF, WRAP_ON] = ['\u001b[?7l', '\u001b[?7h'];
const TABLE_LINE = /^[┌├│└]/;

/** One moving line per stage, at the bottom of the terminal. */
export class LiveScreen implements Screen {
  readonly isLive = true;
  readonly #stream: Output;
  #bars: { readonly multi: MultiBar; readonly byStage: Map<string, SingleBar> } | null = null;

  constructor(stream: Output) {
    this.#stream = stream;
  }

  say(text: string): void {
    const width = this.#stream.columns ?? 80;
    const cut = text
      .trimEnd()
      .split('\n')
      .flatMap((line) => (TABLE_LINE.test(line) ? [`${WRAP_OFF}${line}${WRAP_ON}`] : folded(line, width)));
    if (this.#bars === null) this.#stream.write(`${cut.join('\n')}\n`);
    // The text takes the place of progress lines, which may be longer.
    else this.#bars.multi.log(cut.map((line) => `${line}${CLEAR_TO_END}\n`).join(''));
  }

  show(progress: Progress): void {
    if (progress.stages.length === 0) return;
    this.#bars ??= { multi: this.#start(), byStage: new Map() };
    for (const stage of progress.stages) {
      const { done, total } = doneOf(stage);
      const payload: Payload = { stage, run: progress };
      const bar = this.#bars.byStage.get(stage.name);
      if (bar === undefined) {
        this.#bars.byStage.set(stage.name, this.#bars.multi.create(total ?? 0, done, payload));
      } else {
        bar.setTotal(total ?? 0);
        bar.update(done, payload);
      }
    }
  }

  end(): void {
    if (this.#bars === null) return;
    // What was said last is still waiting to be written.
    this.#bars.multi.update();
    this.#bars.multi.stop();
    this.#bars = null;
  }

  #start(): MultiBar {
    const stream = this.#stream;
    return new MultiBar({
      stream,
      fps: 8,
      hideCursor: true,
      forceRedraw: true,
      // Text above the lines may be wider than the terminal; the lines themselves are cut to fit.
      linewrap: true,
      format: (_options, _params, payload: Payload) => stageLine(payload.stage, payload.run, stream.columns ?? 80),
    });
  }
}

/** A sentence that is wider than the terminal, broken between words. */
function folded(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length >= width) {
    const end = rest.lastIndexOf(' ', width - 1);
    // What stands in front of the first word is its indentation.
    if (end <= rest.search(/\S/)) break;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return [...lines, rest];
}
