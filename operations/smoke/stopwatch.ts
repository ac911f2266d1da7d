import { tenths } from '../../engine/common/figures.ts';
/** How long each input’s own queries took, in milliseconds; what the comparison needs besides does not count. */
export class Stopwatch {
  readonly #laps: number[] = [];
  #lap = 0;

  async time<T>(query: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await query();
    } finally {
      this.#lap += performance.now() - start;
    }
  }

  /** Ends an input’s time. */
  endLap(): void {
    this.#laps.push(this.#lap);
    this.#lap = 0;
  }

  /** Null when nothing was measured. */
  get latency(): { readonly median: number; readonly worst: number } | null {
    if (this.#laps.length === 0) return null;
    const sorted = [...this.#laps].sort((a, b) => a - b);
    return { median: tenths(sorted[Math.floor((sorted.length - 1) / 2)]!), worst: tenths(sorted.at(-1)!) };
  }
}
