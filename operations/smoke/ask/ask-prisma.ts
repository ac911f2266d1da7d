import { lookupName, resolveMapping } from '../../../engine/state/documents/id-map.ts';
import type { Query } from '../../../engine/target/query.ts';
import type { Target } from '../../../engine/target/target.ts';
import type { Reference } from '../answers/answer.ts';
import type { Leaver } from '../left-out.ts';
import type { ModelName } from '../legacy/models.ts';
import type { Stopwatch } from '../stopwatch.ts';

type Client = Target['prisma'];

/** Rows that are asked for at once where some may have to be left out. */
const LEAST = 20;

/** The target as a question sees it. */
export class PrismaSide {
  /** Prisma Client on the schema that was migrated into; it is for reading. */
  readonly client: Client;
  readonly #query: Query;
  readonly #leaver: Leaver;

  constructor({ prisma, query }: Target, leaver: Leaver, watch: Stopwatch) {
    this.client = prisma.$extends({
      query: { $allOperations: ({ args, query: ask }) => watch.time(() => ask(args)) },
    }) as unknown as Client;
    this.#query = query;
    this.#leaver = leaver;
  }

  /** The id of the row that a legacy `_id` became, by the ID map; null when there is none. */
  async idOf(reference: Reference | null): Promise<string | null> {
    if (reference === null) return null;
    const found = await resolveMapping(this.#query, [reference]);
    return found.get(lookupName(reference)) ?? null;
  }

  /**
   * A page of rows, without those that Mongoose cannot find since their documents store something else at `reads`.
   * @param ask the query, with Prisma’s `skip` and `take`; its order must be total
   */
  async page<Row extends { readonly id: string }>(
    model: ModelName,
    { reads, skip = 0, limit }: { readonly reads: readonly string[]; readonly skip?: number; readonly limit: number },
    ask: (page: { readonly skip: number; readonly take: number }) => Promise<readonly Row[]>,
  ): Promise<Row[]> {
    const wanted = skip + limit;
    const take = Math.max(wanted, LEAST);
    const due: Row[] = [];
    for (let at = 0; ; ) {
      const found = await ask({ skip: at, take });
      due.push(...(await this.#leaver.dueRows(model, found, reads)));
      at += found.length;
      if (found.length < take || due.length >= wanted) break;
    }
    return due.slice(skip, wanted);
  }
}
