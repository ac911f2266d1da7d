import { describe } from '@jest/globals';
import { Binary, DBRef, Int32, Long, MinKey, ObjectId, UUID } from 'bson';
import { moved, quarantined, testBadInputs } from '../../support/bad-inputs.ts';

const GONE = new ObjectId('5f0000000000000000000001');
const DAY = new Date('2024-01-01T00:00:00Z');

describe('references', () => {
  testBadInputs((make) => {
    const idOf = ({ document }: { document: { [field: string]: unknown } }) => document['_id'] as ObjectId;
    const held = make.user({ name: '' });
    const cause = { collection: 'users', legacyId: idOf(held).toHexString(), code: 'required' };
    const heldCampaign = make.funding({ artist: idOf(held) });
    const named = make.user({ _id: 'min-su' });
    const numbered = make.user({ _id: new Int32(7) });
    const binary = make.user({ _id: new UUID('0195c5b5-7f2c-7aaa-8bbb-123456789abc') });
    const other = make.funding({ rewards: [{ _id: make.id(), title: 'LP', description: 'Vinyl', amount: 1000 }] });
    const otherReward = idOf({ document: (other.document['rewards'] as { _id: ObjectId }[])[0]! });
    const reward = make.id();
    const stage = make.id();
    const artist = make.artist;
    return [
      {
        what: '23: a required reference that dangles',
        given: make.project({ artist: GONE }),
        becomes: quarantined('dangling', 'artist'),
      },
      {
        what: '23: a required reference of a sub-document that dangles',
        given: make.funding({ revenueDistribution: { distributions: [{ backer: GONE, originalAmount: 1 }] } }),
        becomes: quarantined('dangling', 'revenueDistribution.distributions.0.backer'),
      },
      {
        what: '24: an optional reference that dangles',
        given: make.project({ approvedBy: GONE }),
        becomes: moved({ approvedById: null }, [['dangling', 'approvedBy']], { kept: { approvedBy: GONE } }),
      },
      {
        what: '24: optional references of sub-documents that dangle',
        given: make.funding({
          backers: [{ _id: make.id(), user: GONE, amount: 1000, reward: GONE }],
          currentAmount: 1000,
        }),
        becomes: moved(
          {},
          [
            ['dangling', 'backers.0.reward'],
            ['dangling', 'backers.0.user'],
          ],
          {
            children: { Pledge: [{ userId: null, rewardId: null, amount: '1000.00' }] },
            kept: { 'backers.0.user': GONE, 'backers.0.reward': GONE },
          },
        ),
      },
      {
        what: '24: a reward of another funding project',
        given: make.payment({ rewardId: otherReward }),
        becomes: moved({ rewardId: null }, [['dangling', 'rewardId']], { kept: { rewardId: otherReward } }),
      },
      { what: '25: the first of a cascade', given: held, becomes: quarantined('required', 'name') },
      {
        what: '25: a required reference to a document in quarantine',
        given: make.project({ artist: idOf(held) }),
        becomes: quarantined('cascade', 'artist', cause),
      },
      {
        what: '25: an optional reference to a document in quarantine',
        given: make.project({ tasks: [{ id: 1, title: 'Record', assignedTo: idOf(held) }] }),
        becomes: quarantined('cascade', 'tasks.0.assignedTo', cause),
      },
      { what: '25: the second of a cascade', given: heldCampaign, becomes: quarantined('cascade', 'artist', cause) },
      {
        what: '25: the third of a cascade names the first cause',
        given: make.payment({ projectId: idOf(heldCampaign) }),
        becomes: quarantined('cascade', 'projectId', cause),
      },
      {
        what: '25: a reference by text to a document in quarantine',
        given: make.project({ artist: idOf(held).toHexString() }),
        becomes: quarantined('cascade', 'artist', cause),
      },
      {
        what: '26: a project approved by its own artist',
        given: make.project({
          artist,
          approvedBy: artist,
          tasks: [{ _id: make.id(), id: 1, title: 'a', assignedTo: artist }],
        }),
        becomes: moved({}),
      },
      {
        what: '27: a reference as 24 hex digits',
        given: make.project({ artist: artist.toHexString() }),
        becomes: moved({}, [['referenceForm', 'artist']]),
      },
      {
        what: '27: a reference as 24 hex digits in capitals',
        given: make.project({ approvedBy: artist.toHexString().toUpperCase() }),
        becomes: moved({}, [['referenceForm', 'approvedBy']]),
      },
      {
        what: '27: a reference as DBRef',
        given: make.project({ artist: new DBRef('users', artist) }),
        becomes: moved({}, [['referenceForm', 'artist']]),
      },
      {
        what: '27: a reference as a populated object',
        given: make.project({ artist: { _id: artist, name: '민수', email: 'x@example.com' } }),
        becomes: moved({}, [['referenceForm', 'artist']]),
      },
      {
        what: '27: references inside the document, as text',
        given: make.funding({
          rewards: [{ _id: reward, title: 'CD', description: 'Signed', amount: 1000 }],
          backers: [{ _id: make.id(), amount: 1000, reward: reward.toHexString() }],
          currentAmount: 1000,
          executionPlan: {
            totalBudget: 1,
            stages: [{ _id: stage, name: 'a', description: 'b', budget: 1, startDate: DAY, endDate: DAY }],
          },
          expenseRecords: [
            {
              _id: make.id(),
              category: '기타',
              title: 'a',
              description: 'b',
              amount: 1,
              date: DAY,
              stage: { _id: stage },
            },
          ],
        }),
        becomes: moved({}, [
          ['referenceForm', 'backers.0.reward'],
          ['referenceForm', 'expenseRecords.0.stage'],
        ]),
      },
      {
        what: '27: a payment’s reward as text',
        given: make.payment({ rewardId: make.reward.toHexString() }),
        becomes: moved({}, [['referenceForm', 'rewardId']]),
      },
      {
        what: '28: a required reference that is a number',
        given: make.project({ artist: 5 }),
        becomes: quarantined('dangling', 'artist'),
      },
      {
        what: '28: a required reference that is an empty text',
        given: make.project({ artist: '' }),
        becomes: quarantined('referenceType', 'artist'),
      },
      {
        what: '28: a required reference that is a list',
        given: make.project({ artist: [artist] }),
        becomes: quarantined('referenceType', 'artist'),
      },
      {
        what: '28: a required reference that is null',
        given: make.project({ artist: null }),
        becomes: quarantined('required', 'artist'),
      },
      {
        what: '28: an optional reference that is an empty text',
        given: make.project({ approvedBy: '' }),
        becomes: moved({ approvedById: null }, [['referenceType', 'approvedBy']], { kept: { approvedBy: '' } }),
      },
      {
        what: '28: an optional reference that is a number',
        given: make.payment({ rewardId: 5 }),
        becomes: moved({ rewardId: null }, [['dangling', 'rewardId']]),
      },
      {
        what: '28: an optional reference that is a yes',
        given: make.project({ approvedBy: true }),
        becomes: moved({ approvedById: null }, [['referenceType', 'approvedBy']], { kept: { approvedBy: true } }),
      },
      { what: '32: an _id that is text', given: named, becomes: moved({}) },
      { what: '32: an _id that is a number', given: numbered, becomes: moved({}) },
      { what: '32: the same _id as text is another', given: make.user({ _id: '7' }), becomes: moved({}) },
      {
        what: '32: an _id that is a long',
        given: make.user({ _id: Long.fromString('9007199254740993') }),
        becomes: moved({}),
      },
      { what: '32: an _id that is a UUID', given: binary, becomes: moved({}) },
      {
        what: '32: an _id that is an old UUID',
        given: make.user({ _id: new Binary(Buffer.alloc(16, 7), 3) }),
        becomes: moved({}),
      },
      { what: '32: an _id that is an object', given: make.user({ _id: { site: 'kr', no: 5 } }), becomes: moved({}) },
      { what: '32: an _id that is a date', given: make.user({ _id: DAY }), becomes: moved({}) },
      { what: '32: an _id that is MinKey', given: make.user({ _id: new MinKey() }), becomes: moved({}) },
      { what: '32: a reference to an _id that is text', given: make.project({ artist: 'min-su' }), becomes: moved({}) },
      {
        what: '32: a reference to a number, written as another type of number',
        given: make.project({ artist: Long.fromNumber(7) }),
        becomes: moved({}, [['referenceForm', 'artist']]),
      },
      {
        what: '32: a reference to a UUID',
        given: make.project({ artist: idOf(binary) }),
        becomes: moved({}),
      },
      {
        what: '33: sub-documents without _id',
        given: make.project({
          notes: [
            { content: 'a', createdAt: DAY },
            { content: 'b', createdAt: DAY },
          ],
        }),
        becomes: moved(
          {},
          [
            ['withoutId', 'notes.0'],
            ['withoutId', 'notes.1'],
          ],
          {
            children: { ProjectNote: [{ content: 'a' }, { content: 'b' }] },
          },
        ),
      },
      {
        what: '33: two sub-documents of one array with one _id',
        given: make.project({ notes: ['a', 'b'].map((content) => ({ _id: GONE, content, createdAt: DAY })) }),
        becomes: moved({}, [['repeatedId', 'notes.1']], {
          children: { ProjectNote: [{ content: 'a' }, { content: 'b' }] },
        }),
      },
      {
        what: '33: a sub-document with an _id that stands in another document too',
        given: make.project({ notes: [{ _id: GONE, content: 'c', createdAt: DAY }] }),
        becomes: moved({}, [], { children: { ProjectNote: [{ content: 'c' }] } }),
      },
      {
        what: '33: a sub-document whose _id is a number',
        given: make.project({ notes: [{ _id: 5, content: 'd', createdAt: DAY }] }),
        becomes: moved({}, [], { children: { ProjectNote: [{ content: 'd' }] } }),
      },
    ];
  });
});

describe('documents that want the same unique value', () => {
  testBadInputs((make) => {
    const cause = ({ document, collection }: { document: { [field: string]: unknown }; collection: string }) => ({
      collection,
      legacyId: (document['_id'] as ObjectId).toHexString(),
      code: 'duplicate',
    });
    const unfit = make.user({ email: 'Shared@Example.com', password: null });
    const winner = make.user({ email: 'shared@example.com' });
    const [loser, third] = [make.user({ email: 'SHARED@example.com' }), make.user({ email: 'sharED@example.com' })];
    const named = make.user({ username: 'stargazer' });
    const payment = make.payment({ paymentId: 'pay-same' });
    const profiled = make.user({}).document['_id'];
    const profile = make.profile({ userId: profiled });
    const order = make.payment({ orderId: 'order-same' });
    return [
      {
        what: '29: the lowest _id, which cannot move for another reason',
        given: unfit,
        becomes: quarantined('required', 'password'),
      },
      {
        what: '29: the lowest otherwise valid _id of one e-mail moves',
        given: winner,
        becomes: moved({ email: 'shared@example.com' }),
      },
      {
        what: '29: the second with the same e-mail but for its case',
        given: loser,
        becomes: quarantined('duplicate', 'email', cause(winner)),
      },
      {
        what: '29: the third names the winner too',
        given: third,
        becomes: quarantined('duplicate', 'email', cause(winner)),
      },
      {
        what: '29: capitals in an e-mail are lowered, as the model does',
        given: make.user({ email: 'MinSu@Example.com' }),
        becomes: moved({ email: 'minsu@example.com' }, [['setter', 'email']]),
      },
      {
        what: '29: the second with a username',
        given: make.user({ username: 'stargazer' }),
        becomes: quarantined('duplicate', 'username', cause(named)),
      },
      {
        what: '29: a username in another case is another',
        given: make.user({ username: 'Stargazer' }),
        becomes: moved({ username: 'Stargazer' }),
      },
      {
        what: '31: the second payment with a paymentId',
        given: make.payment({ paymentId: 'pay-same' }),
        becomes: quarantined('duplicate', 'paymentId', cause(payment)),
      },
      {
        what: '31: the second payment with an orderId',
        given: make.payment({ orderId: 'order-same' }),
        becomes: quarantined('duplicate', 'orderId', cause(order)),
      },
      {
        what: '31: the second profile of one user, whose reference is written as text',
        given: make.profile({ userId: (profiled as ObjectId).toHexString() }),
        becomes: quarantined('duplicate', 'userId', cause(profile)),
      },
      {
        what: '25: a project of a duplicate user',
        given: make.project({ artist: loser.document['_id'] }),
        becomes: quarantined('cascade', 'artist', {
          collection: 'users',
          legacyId: (loser.document['_id'] as ObjectId).toHexString(),
          code: 'duplicate',
        }),
      },
    ];
  });
});
