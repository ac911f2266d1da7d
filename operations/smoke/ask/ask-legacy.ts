import type { Leaver } from '../left-out.ts';
import type { Filter, FindOptions, LegacyDocument, LegacyModels, ModelName } from '../legacy/models.ts';
import type { Stopwatch } from '../stopwatch.ts';

/** As for a query, and the top-level paths that it looks for or sorts by. */
export interface AskOptions extends FindOptions {
  readonly reads?: readonly string[];
}

/** Documents that are asked for at once where some may have to be left out. */
const LEAST = 20;

/** The source as a question sees it: Mongoose’s answers, without the documents that the target rightly has not. */
export class LegacySide {
  readonly #models: LegacyModels;
  readonly #leaver: Leaver;
  readonly #watch: Stopwatch;

  constructor(models: LegacyModels, leaver: Leaver, watch: Stopwatch) {
    this.#models = models;
    this.#leaver = leaver;
    this.#watch = watch;
  }

  /** A page of what a query finds: `skip` and `limit` count what is not left out. @throws SourceUnavailable */
  async find(model: ModelName, filter: Filter, options: AskOptions = {}): Promise<LegacyDocument[]> {
    const { reads = [], skip = 0, limit, ...rest } = options;
    const wanted = limit === undefined ? Number.POSITIVE_INFINITY : skip + limit;
    const page = limit === undefined ? {} : { limit: Math.max(wanted, LEAST) };
    const due: LegacyDocument[] = [];
    for (let at = 0; ; ) {
      const found = await this.#watch.time(() => this.#models.find(model, filter, { ...rest, ...page, skip: at }));
      due.push(...(await this.#leaver.due(model, found, reads)));
      at += found.length;
      if (page.limit === undefined || found.length < page.limit || due.length >= wanted) break;
    }
    return due.slice(skip, wanted);
  }

  async findOne(model: ModelName, filter: Filter, options: AskOptions = {}): Promise<LegacyDocument | null> {
    const [found = null] = await this.find(model, filter, { ...options, limit: 1 });
    return found;
  }
}
