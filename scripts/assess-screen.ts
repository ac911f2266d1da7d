import type { AssessProgress } from '../engine/assess/assess.ts';
import { clock, duration, grouped } from './figures.ts';

/** A moving line is drawn this often; a plain one is said this often. */
const DRAW_MS = 125;
const SAY_MS = 5_000;

/** How far an assessment has come: one moving line on a terminal, a plain line every few seconds elsewhere. */
export class AssessScreen {
  readonly #stream: NodeJS.WriteStream;
  #stage = '';
  #since = Date.now();
  #due = 0;
  #drawn = false;

  constructor(stream: NodeJS.WriteStream) {
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
      this.#due = now + DRAW_MS;
      this.#stream.write(`\r${this.#line(progress, now).slice(0, (this.#stream.columns ?? 80) - 1)}\u001b[K`);
      this.#drawn = true;
    } else if (this.#due === 0) this.#due = now + SAY_MS;
    else if (now >= this.#due) {
      this.#due = now + SAY_MS;
      this.#stream.write(`${clock()}  ${this.#line(progress, now)}\n`);
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

  #line({ stage, doing, done, total }: AssessProgress, now: number): string {
    const seconds = (now - this.#since) / 1000;
    const parts = [`${stage}: ${doing} ${grouped(done)}${total === null ? '' : `/${grouped(total)}`}`];
    if (total !== null && done > 0 && seconds > 1) {
      parts.push(`${grouped(Math.round(done / seconds))}/s`, `ETA ${duration(((total - done) * seconds) / done)}`);
    }
    return parts.join(' · ');
  }
}
