import { Fenced } from '../../common/errors.ts';
import { runTakenOver } from '../../messages/engine/run.ts';
import type { Query } from '../../target/query.ts';

/** Who writes to a run's row: one attempt of a step that the run's workflow has issued. */
export interface Writer {
  readonly runId: string;
  readonly epoch: number;
  /** Counts up over the steps of the run's epoch; null for a person's command, which no later attempt follows. */
  readonly sequence: number | null;
  readonly attempt: number;
}

/** A command of a person's: it writes what it writes whichever step has done so before, as long as the epoch stands. */
export function byCommand({ id, epoch }: { readonly id: string; readonly epoch: number }): Writer {
  return { runId: id, epoch, sequence: null, attempt: 1 };
}

/** One statement; answers the number of rows it touched. */
export type Touch = (sql: string, ...params: unknown[]) => Promise<number>;

/** Single statements, each a transaction of its own. */
export function touching(query: Query): Touch {
  return async (sql, ...params) => (await query(`${sql} RETURNING 1`, params)).length;
}

/**
 * Writes a part of a run's row. Each part has a mark, the fence that wrote it last, and takes no smaller one: a
 * statement of an earlier attempt or of an earlier step, however late it arrives, changes nothing. The mark stands in
 * the row itself, since PostgreSQL looks at the newest version of that row only after it has waited for its lock.
 * @param part what is written: `stages.user`, `facts.totals.user`
 * @param set assignments, whose parameters begin at `$5`
 * @throws Fenced
 */
export async function writeRun(
  touch: Touch,
  { runId, epoch, sequence, attempt }: Writer,
  part: string,
  set: string,
  ...params: readonly unknown[]
): Promise<void> {
  const mark = sequence === null ? null : JSON.stringify([epoch, sequence, attempt]);
  const touched = await touch(
    `UPDATE migration_run SET written_at = now(), ${set},
       marks = CASE WHEN $4::text IS NULL THEN marks ELSE marks || jsonb_build_object($3::text, $4::text::jsonb) END
     WHERE id = $1::text::uuid AND epoch = $2::int
       AND ($4::text IS NULL OR coalesce(marks -> $3::text, '[0, 0, 0]') <= $4::text::jsonb)`,
    ...[runId, epoch, part, mark],
    ...params,
  );
  if (touched !== 1) throw fenced();
}

/**
 * Holds a part of a run's row for the rest of the transaction, without writing anything to it but the mark.
 * @throws Fenced
 */
export function holdRun(touch: Touch, writer: Writer, part: string): Promise<void> {
  return writeRun(touch, writer, part, 'state = state');
}

export function fenced(): Fenced {
  return new Fenced(runTakenOver());
}
