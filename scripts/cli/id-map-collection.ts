import { ConfigurationError } from '../../engine/common/errors.ts';
import { noSuchCollection } from '../../engine/messages/commands/options.ts';
import { plan } from '../../stages/plan.ts';

/**
 * The ID map's collection of a name that may be MongoDB's.
 * @throws ConfigurationError when there is none
 */
export function idMapCollection(name: string): string {
  const known = plan.stages.find(({ collection }) => collection === name)?.idCollection ?? name;
  if (plan.idMapOrder.includes(known)) return known;
  throw new ConfigurationError([noSuchCollection({ collection: name, collections: plan.idMapOrder })]);
}
