import { ConfigurationError, MigrationError } from '../../../../engine/common/errors.ts';
import { harmlessText } from '../../../../engine/common/shown-text.ts';
import { parseKey } from '../../../../engine/document/legacy-key.ts';
import { keyWithin, noRowOfId, notInIdMap } from '../../../../engine/messages/commands/databases.ts';
import { idIsUuid, legacyIdNeeded } from '../../../../engine/messages/commands/options.ts';
import type { Message } from '../../../../engine/messages/message.ts';
import { type Mapping, mappingOfId, mappingsOf } from '../../../../engine/state/documents/id-map.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { idMapCollection } from '../../id-map-collection.ts';
import { io } from '../../io.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * `resolve`: from a legacy id to its rows, or from a row's id back.
 * @throws MigrationError when nothing is there; ConfigurationError for ids and collections that cannot be
 */
export function resolve(
  collection: string | undefined,
  legacyId: string | undefined,
  { id, json }: { id?: string; json?: boolean },
): Promise<number> {
  const search = searchFor(collection, legacyId, id);
  return withTarget(async ({ target }) => {
    const found =
      search.id === undefined
        ? await mappingsOf(target.query, search.collection, parseKey(search.legacyId))
        : [await mappingOfId(target.query, search.id)].filter((mapping) => mapping !== null);
    if (found.length === 0) throw new MigrationError(nothing(search));
    io().out.write(`${json ? JSON.stringify(found) : found.map(show).join('\n')}\n`);
    return EXIT.done;
  });
}

type Search =
  | { readonly id: string; readonly collection?: never; readonly legacyId?: never }
  | { readonly id?: never; readonly collection: string; readonly legacyId: string };

function searchFor(collection: string | undefined, legacyId: string | undefined, id: string | undefined): Search {
  if (id !== undefined) {
    if (!UUID.test(id)) throw new ConfigurationError([idIsUuid()]);
    return { id };
  }
  if (collection === undefined || legacyId === undefined) throw new ConfigurationError([legacyIdNeeded()]);
  return { collection: idMapCollection(collection), legacyId };
}

function nothing({ id, collection, legacyId }: Search): Message {
  return id === undefined ? notInIdMap({ collection, key: legacyId }) : noRowOfId({ id });
}

function show({ collection, legacyId, parent, path, prismaId }: Mapping): string {
  const key = `${collection} ${harmlessText(legacyId)}`;
  const found = parent === null ? key : keyWithin({ key, parent: harmlessText(parent), path: path ?? '' }).text;
  return `${found} → ${prismaId}`;
}
