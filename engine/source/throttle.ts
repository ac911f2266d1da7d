import { setTimeout as delay } from 'node:timers/promises';

/** How gently the servers are treated; null is as fast as it goes. */
export interface ThrottleLimits {
  /** Documents read from the source in a second. */
  readonly documentsPerSecond: number | null;
  /** Milliseconds that a read from the source or a commit into the target may take before reading slows down. */
  readonly maxLatency: number | null;
}

/** The wait after a slow answer, in milliseconds: twice as long after every further one, half after every quick one. */
const BACK_OFF = { first: 100, most: 5_000 } as const;

/** A wait is not worth its timer below this, and a document that came sooner did not come from the server just now. */
const LEAST_MS = 5;

/** Time, and waiting in it; a wait ends at once when the signal is aborted. */
export interface Clock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => {}),
};

/**
 * Protects live servers from a segment of the migration: reading is held to a rate, and backs off while the source or the
 * target answers more slowly than allowed. Several segments share a limit by having a part of it each.
 */
export class Throttle {
  readonly #limits: ThrottleLimits;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  /** When, by the rate, the documents read so far should have been read. */
  #paidUntil: number;
  #backOff = 0;
  #owed = 0;

  constructor(limits: ThrottleLimits, signal: AbortSignal, clock: Clock = CLOCK) {
    this.#limits = limits;
    this.#signal = signal;
    this.#clock = clock;
    this.#paidUntil = clock.now();
  }

  /** Hands the documents on, no faster than allowed; what is owed for the last one is waited for, too. */
  async *pace<T>(documents: AsyncIterable<T>): AsyncGenerator<T> {
    let asked = this.#clock.now();
    for await (const document of documents) {
      const waited = this.#clock.now() - asked;
      if (waited >= LEAST_MS) this.observe(waited);
      await this.#settle();
      yield document;
      await this.#pay();
      asked = this.#clock.now();
    }
  }

  /** Tells how many milliseconds a server took to answer. */
  observe(milliseconds: number): void {
    const { maxLatency } = this.#limits;
    if (maxLatency === null) return;
    const isSlow = milliseconds > maxLatency;
    const next = isSlow ? Math.max(this.#backOff * 2, BACK_OFF.first) : this.#backOff / 2;
    this.#backOff = next < BACK_OFF.first ? 0 : Math.min(next, BACK_OFF.most);
    if (isSlow) this.#owed = this.#backOff;
  }

  async #settle(): Promise<void> {
    const owed = this.#owed;
    this.#owed = 0;
    if (owed > 0) await this.#wait(owed);
  }

  async #pay(): Promise<void> {
    const { documentsPerSecond } = this.#limits;
    if (documentsPerSecond === null) return;
    const now = this.#clock.now();
    // Time in which nothing was read is not saved up: a source that was slow is not hit by a burst afterwards.
    this.#paidUntil = Math.max(this.#paidUntil, now - 1_000) + 1_000 / documentsPerSecond;
    if (this.#paidUntil - now >= LEAST_MS) await this.#wait(this.#paidUntil - now);
  }

  async #wait(milliseconds: number): Promise<void> {
    if (!this.#signal.aborted) await this.#clock.sleep(milliseconds, this.#signal);
  }
}
