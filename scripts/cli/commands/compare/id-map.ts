import { once } from 'node:events';
import { resolve as absolute } from 'node:path';
import { writePrivately } from '../../../../engine/common/private-file.ts';
import { entriesIn } from '../../../../engine/messages/commands/results.ts';
import { exportIdMap, type IdMapFormat } from '../../../../engine/report/exports/id-map-export.ts';
import { plan } from '../../../../stages/plan.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { idMapCollection } from '../../id-map-collection.ts';
import { io } from '../../io.ts';

/**
 * `id-map export`: writes the ID map to a file that its owner only may read, or to standard output.
 * @throws ConfigurationError for a collection that is none
 */
export function exportMap(flags: { format: IdMapFormat; collection?: string; out?: string }): Promise<number> {
  const { format, collection, out } = flags;
  const collections = collection === undefined ? plan.idMapOrder : [idMapCollection(collection)];
  return withTarget(async ({ target }) => {
    if (out === undefined) {
      await exportIdMap(target, collections, format, putOut);
      return EXIT.done;
    }
    const file = absolute(out);
    let count = 0;
    await writePrivately(file, async (put) => {
      count = await exportIdMap(target, collections, format, put);
    });
    io().out.write(`${entriesIn({ entries: count, file }).text}\n`);
    return EXIT.done;
  });
}

/** A reader who is slower than the database holds it back. */
async function putOut(piece: string | Uint8Array): Promise<void> {
  if (!io().out.write(piece)) await once(io().out, 'drain');
}
