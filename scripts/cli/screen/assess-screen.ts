import { perSecond, timeLeft } from '../../../engine/messages/commands/screen.ts';
import type { AssessProgress } from '../../../operations/assess/assess.ts';
import type { Output } from '../io.ts';
import { clock, duration, grouped } from './figures.ts';
import { bar, NAME_WIDTH } from './stage-line.ts';

/** A moving line is drawn this often; a plain one is said this often. */
const DRAW_MS = 125;
const SAY_MS = 5_000;

/** How far an assessment has come: one moving line on a terminal, a plain line every few seconds elsewhere. */
export class AssessScreen {
  readonly #stream: Output;
  #stage = '';
  #since = Date.now();
  #due = 0;
  #drawn = false;

  constructor(stream: Output) {
    this.#stream = stream;
  }

  /** A line of text, above the moving one. */
  say(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  show(progress: AssessProgress): void {
    const now = Date.now();
    const name = `${progress.doing} ${progress.stage}`;
    if (name !== this.#stage) [this.#stage, this.#since] = [name, now];
    else if (now < this.#due) return;
    if (this.#stream.isTTY) {
      const width = this.#stream.columns ?? 80;
      this.#due = now + DRAW_MS;
      this.#stream.write(`\r${movingLine(progress, this.#remarks(progress, now), width).slice(0, width - 1)}\u001b[K`);
      this.#drawn = true;
    } else if (this.#due === 0) this.#due = now + SAY_MS;
    else if (now >= this.#due) {
      this.#due = now + SAY_MS;
      const { stage, doing } = progress;
      const said = [`${stage}: ${doing} ${countOf(progress)}`, ...this.#remarks(progress, now)];
      this.#stream.write(`${clock()}  ${said.join(', ')}\n`);
    }
  }

  /** Takes the moving line away. */
  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[K');
    this.#drawn = false;
  }

  /** `4,500/s`, `ETA 12s`, once there is something to go by. */
  #remarks({ done, total }: AssessProgress, now: number): string[] {
    const seconds = (now - this.#since) / 1000;
    if (total === null || done === 0 || seconds < 1) return [];
    return [
      perSecond({ rate: Math.round(done / seconds) }).text,
      timeLeft({ time: duration(((total - done) * seconds) / done) }).text,
    ];
  }
}

const countOf = ({ done, total }: AssessProgress) =>
  total === null ? grouped(done) : `${grouped(done)}/${grouped(total)}`;

/** Name, bar, count, what is done, remarks: as the stages of a migration are shown. */
function movingLine(progress: AssessProgress, remarks: readonly string[], width: number): string {
  const { stage, doing, done, total } = progress;
  const share = total === null ? 0 : total === 0 ? 1 : done / total;
  const percent = total === null ? '    ' : `${Math.floor(share * 100)}%`.padStart(4);
  const parts = [stage.padEnd(NAME_WIDTH), ...(width >= 70 ? [bar(share, width >= 100 ? 24 : 12)] : []), percent];
  return [[...parts, countOf(progress).padStart(15), doing].join(' '), ...remarks].join(' · ');
}
