import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LegacyKey } from '../../../engine/document/legacy-key.ts';
import { brokenReference } from '../../../engine/messages/engine/verdict.ts';
import { REFERENCE_CHECKS } from '../../../engine/messages/labels/references.ts';
import { labelled } from '../../../engine/messages/message.ts';
import type { Source } from '../../../engine/source/source.ts';
import { noteChanges } from '../../../engine/state/documents/changes.ts';
import { brokenReferences, isFollowed, verifyReferences } from '../../../engine/verify/references/verify-references.ts';
import { type Engine, engineReading, type Migration, openEngine } from '../../support/run-engine.ts';
import { collectionsOf, keyOfGiven } from '../small-platform.ts';
import { namedDocuments } from './corruptions.ts';

const named = namedDocuments();
let engine: Engine;
let run: Migration;
const open: Engine[] = [];

beforeEach(async () => {
  engine = await openEngine({ collections: collectionsOf(namedDocuments().make.all) });
  open.push(engine);
  run = await engine.migrate();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** What is told of a stage by an engine that reads the platform after some documents were written to. */
async function told(stage: string, live: boolean, write: (documents: typeof named.documents) => void) {
  const { make, documents } = namedDocuments();
  write(documents);
  const later = await openEngine({ collections: collectionsOf(make.all) });
  open.push(later);
  const { source, plan, target } = engineReading(engine, later.source);
  return brokenReferences(await verifyReferences({ source, plan, target }, run.runId, stage, { limited: false, live }));
}

const misled = (checked: string) =>
  brokenReference({ place: 'Project.approvedById', wrong: '1', checked, what: labelled(REFERENCE_CHECKS.misled) });
const LOST = brokenReference({
  ...{ place: 'ProjectTask', wrong: '1', checked: '5' },
  what: labelled(REFERENCE_CHECKS.lost),
});
const approvedByAnother = ({ first, empty }: typeof named.documents) => {
  first.document['approvedBy'] = empty.document['_id'];
};

describe('while the platform works', () => {
  test('a reference that was written to since its document was moved is no fault', async () => {
    expect(await told('project', false, approvedByAnother)).toEqual([misled('2')]);
    expect(await told('project', true, approvedByAnother)).toEqual([]);
  });

  test('sub-documents that have come since are no fault', async () => {
    const grow = ({ second }: typeof named.documents) => {
      second.document['tasks'].push({ ...second.document['tasks'][0], _id: second.document['artist'] });
    };
    expect(await told('project', false, grow)).toEqual([LOST]);
    expect(await told('project', true, grow)).toEqual([]);
  });

  test('a reference that was damaged in the target is told beside one that was written to', async () => {
    await engine.target.query(`UPDATE "Project" SET "approvedById" = NULL WHERE title = 'Two'`, []);
    expect(await told('project', true, approvedByAnother)).toEqual([misled('1')]);
  });

  test('a document that is noted as a change is left to the pass', async () => {
    await engine.target.query(`UPDATE "Project" SET "approvedById" = NULL WHERE title = 'Two'`, []);
    const key: LegacyKey = keyOfGiven(named.documents.second);
    await engine.target.transaction((execute) => noteChanges(execute, run.runId, 'project', [key], 'found', 'feed'));
    expect(await told('project', true, () => {})).toEqual([]);
  });

  test('a document that has left the source is not followed', async () => {
    await engine.target.query(`UPDATE "Payment" SET "rewardId" = NULL`, []);
    const later = await openEngine({
      collections: collectionsOf(named.make.all.filter((one) => one !== named.documents.payment)),
    });
    open.push(later);
    // It leaves between being read and being looked at once more.
    const leaving = {
      readFields: engine.source.readFields.bind(engine.source),
      readByKeys: later.source.readByKeys.bind(later.source),
    } as unknown as Source;
    const checks = await verifyReferences({ ...engine, source: leaving }, run.runId, 'payment', {
      limited: false,
      live: true,
    });
    expect(brokenReferences(checks)).toEqual([]);
  });
});

test('what was followed before is taken as it was, and the rows are looked at anew', async () => {
  const whole = await verifyReferences(engine, run.runId, 'project', { limited: false });
  const followed = whole.filter(isFollowed);
  expect(followed.map(({ what }) => what)).toEqual(expect.arrayContaining(['lost', 'misled']));
  await engine.target.query(`UPDATE "Project" SET "approvedById" = "artistId" WHERE title = 'Two'`, []);
  const again = await verifyReferences(engine, run.runId, 'project', { limited: false, followed });
  expect(again).toEqual([...whole.filter((one) => !isFollowed(one)), ...followed]);
  const anew = await verifyReferences(engine, run.runId, 'project', { limited: false });
  expect(brokenReferences(anew)).toEqual([misled('2')]);
});

test('a reference that may mean several documents is searched for among all of them', async () => {
  const { make } = namedDocuments();
  const user = make.user({});
  // Twenty-four hex digits may be a text or an ObjectId.
  make.project({ approvedBy: String(user.document['_id']) });
  const other = await openEngine({ collections: collectionsOf(make.all) });
  open.push(other);
  const { runId } = await other.migrate();
  const checks = await verifyReferences(other, runId, 'project', { limited: false });
  expect(brokenReferences(checks)).toEqual([]);
  expect(await other.target.query(`SELECT count("approvedById") FROM "Project"`, [])).toEqual([['3']]);
});
