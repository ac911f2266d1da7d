import { MigrationError } from '../../../engine/common/errors.ts';
import { liveNotCounted } from '../../../engine/messages/commands/rehearsing.ts';
import { countDocuments } from '../../../engine/source/count-documents.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import { plan } from '../../../stages/plan.ts';
import type { Screen } from '../screen/screen-type.ts';

/**
 * Documents of each of the plan's collections as the live MongoDB counts them now; null when none is configured, or it
 * does not answer, which is told.
 */
export async function countLive(sourceUri: string | null, screen: Screen): Promise<Map<string, number> | null> {
  if (sourceUri === null || sourceUri.startsWith('dump:')) return null;
  const source = await openSource(sourceUri, { collections: plan.stages.map(({ collection }) => collection) });
  try {
    const counts = new Map<string, number>();
    for (const { collection } of plan.stages) {
      counts.set(collection, await countDocuments(source, collection));
    }
    return counts;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    screen.say(liveNotCounted({ why: error.said }).text);
    return null;
  } finally {
    await source.close();
  }
}
