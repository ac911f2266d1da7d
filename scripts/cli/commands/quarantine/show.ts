import { MigrationError } from '../../../../engine/common/errors.ts';
import { harmlessJson, harmlessText } from '../../../../engine/common/shown-text.ts';
import type { Cause, RefusalCode } from '../../../../engine/document/findings/refusal.ts';
import { type LegacyKey, parseKey, showKey } from '../../../../engine/document/legacy-key.ts';
import { notQuarantined } from '../../../../engine/messages/commands/databases.ts';
import {
  becauseOf,
  codeAt,
  databaseSaid,
  hangOnIt,
  heldOfStage,
  keptAndRetried,
  keptByRun,
  notDecodable,
  notExact,
  ofConstraint,
} from '../../../../engine/messages/commands/results.ts';
import { andSomeMore } from '../../../../engine/messages/commands/screen.ts';
import { REFUSAL_CODES } from '../../../../engine/messages/labels/refusals.ts';
import type { Stage } from '../../../../engine/plan/stage.ts';
import { type Held, hangingOn, heldByKey } from '../../../../engine/state/documents/quarantine-pages.ts';
import type { Query } from '../../../../engine/target/query.ts';
import { plan } from '../../../../stages/plan.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { canonical, tellDocument } from '../../screen/told-document.ts';
import { collectionOf, stageOf } from './filter.ts';

/** Documents that are named of those which hang on this one. */
const HANGING = 20;

/**
 * `quarantine show`: everything about one document, and the document itself, unmasked.
 * @throws MigrationError when it is in no run's quarantine; ConfigurationError for an unknown collection
 */
export function show(collection: string, legacyId: string, { json }: { json?: boolean }): Promise<number> {
  const stage = stageOf(collection);
  const key = parseKey(legacyId);
  return withTarget(async ({ target: { query } }) => {
    const all = await heldByKey(query, stage.name, key);
    const [newest] = all;
    if (newest === undefined) {
      throw new MigrationError(notQuarantined({ collection: stage.collection, key: harmlessText(showKey(key)) }));
    }
    const about = {
      newest,
      all,
      causes: await causesOf(query, newest),
      hanging: await hangingOn(query, { collection: stage.collection, legacyId: showKey(key) }, HANGING),
    };
    io().out.write(`${json ? asJson(stage, about) : render(stage, about)}\n`);
    return EXIT.done;
  });
}

type Kept = Held & { readonly bytes: Buffer };

interface About {
  readonly newest: Kept;
  /** What each run has kept of it, the newest first. */
  readonly all: readonly Kept[];
  /** What it goes back to, step by step. */
  readonly causes: readonly { readonly cause: Cause; readonly held: Held | null }[];
  readonly hanging: { readonly documents: number; readonly first: readonly Held[] };
}

/** From a cascade to its first cause, and from a duplicate to the one that moved instead. */
async function causesOf(query: Query, from: Held): Promise<About['causes']> {
  const causes: { cause: Cause; held: Held | null }[] = [];
  const seen = new Set<string>();
  for (let { cause } = from; cause !== null && !seen.has(nameOf(cause)); ) {
    seen.add(nameOf(cause));
    const stage = plan.stages.find(({ collection }) => collection === cause!.collection);
    const [held = null] = stage === undefined ? [] : await heldByKey(query, stage.name, keyOfCause(cause));
    causes.push({ cause, held });
    cause = held?.cause ?? null;
  }
  return causes;
}

const nameOf = ({ collection, legacyId }: Cause) => `${collection} ${legacyId}`;
const keyOfCause = ({ legacyId }: Cause): LegacyKey => parseKey(legacyId);

function asJson(stage: Stage, { newest, all, causes, hanging }: About): string {
  const { document, isExact } = tellDocument(newest.bytes);
  const told = ({ id: place, key, bytes: _, ...rest }: Held & { bytes?: Buffer }) => ({
    ...{ place, collection: collectionOf(rest.stage), legacyId: showKey(key) },
    ...rest,
  });
  return harmlessJson(
    canonical(
      {
        ...{ collection: stage.collection, kept: all.map(told) },
        causes: causes.map(({ cause, held }) => ({ ...cause, held: held === null ? null : told(held) })),
        hanging: { documents: hanging.documents, first: hanging.first.map(told) },
      },
      { document, ...(isExact ? {} : { bson: newest.bytes.toString('base64') }) },
    ),
  );
}

function render(stage: Stage, { newest, all, causes, hanging }: About): string {
  const { document, isExact } = tellDocument(newest.bytes);
  return [
    heldOfStage({
      document: `${stage.collection} ${harmlessText(showKey(newest.key))}`,
      ...{ state: newest.state, stage: stage.name },
    }).text,
    ...reasonOf(newest),
    ...causes.flatMap(({ cause, held }) => [
      becauseOf({ document: harmlessText(nameOf(cause)), code: cause.code }).text,
      ...(held === null ? [] : reasonOf(held)),
    ]),
    ...all.map(({ run, state, at, retriedBy }) => {
      const kept = { run, at, state };
      return (retriedBy === null ? keptByRun(kept) : keptAndRetried({ ...kept, by: retriedBy })).text;
    }),
    ...hangingLines(hanging),
    '',
    ...(document === null
      ? [notDecodable().text]
      : [harmlessJson(JSON.stringify(document, null, 2)), ...(isExact ? [] : [notExact().text])]),
    ...(isExact ? [] : [newest.bytes.toString('base64')]),
  ].join('\n');
}

function reasonOf({ code, path, message, sqlstate, constraint }: Held): string[] {
  const meaning = REFUSAL_CODES[code as RefusalCode]?.en;
  const said = [...(sqlstate ? [`SQLSTATE ${sqlstate}`] : []), ...(constraint ? [ofConstraint({ constraint })] : [])];
  const place = path === null ? code : codeAt({ code, path: harmlessText(path) }).text;
  return [
    `  ${place}${meaning === undefined ? '' : `: ${meaning}`}`,
    ...(message === null || message === meaning ? [] : [`  ${harmlessText(message)}`]),
    ...(said.length === 0 ? [] : [`  ${databaseSaid({ said }).text}`]),
  ];
}

function hangingLines({ documents, first }: About['hanging']): string[] {
  if (documents === 0) return [];
  return [
    hangOnIt({ documents }).text,
    ...first.map(({ stage, key }) => `  ${collectionOf(stage)} ${harmlessText(showKey(key))}`),
    ...(documents > first.length ? [`  ${andSomeMore({ count: documents - first.length }).text}`] : []),
  ];
}
