import pg from 'pg';

/** A row as PostgreSQL's text. */
type TextRow = (string | null)[];

/** A statement whose rows are handed on as they come; node-postgres keeps none of them. */
export class EachRow extends pg.Query {
  readonly #take: (row: TextRow) => void;
  #failure: unknown = null;

  constructor(sql: string, params: readonly unknown[], take: (row: TextRow) => void) {
    super({ text: sql, values: [...params] });
    this.#take = take;
  }

  /** @throws what the database refuses, and what taking a row has thrown */
  async of(pool: pg.Pool): Promise<void> {
    await (pool.query(this) as unknown as Promise<unknown>);
    if (this.#failure !== null) throw this.#failure;
  }

  /** node-postgres calls this for each message of a row, where nobody would catch what it throws. */
  handleDataRow({ fields }: { readonly fields: TextRow }): void {
    if (this.#failure !== null) return;
    try {
      this.#take(fields);
    } catch (error) {
      this.#failure = error;
    }
  }
}
