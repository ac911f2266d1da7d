import { Long } from 'bson';
import { rootId } from '../../../engine/document/prisma-id.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { keyOfGiven, stageNamed } from '../small-platform.ts';

/** A few documents of every stage that have something in every kind of column; some are named. */
export function namedDocuments() {
  const make = new PlatformDocuments();
  const at = new Date('2024-03-01T12:34:56.789Z');
  const child = <T extends object>(fields: T) => ({ _id: make.id(), ...fields });
  const empty = make.user({ name: '가람', bio: '', lastLogin: at });
  const plain = make.user({ name: '나래', username: 'narae', role: 'admin' });
  const refused = make.user({ name: '' });
  const profile = make.profile({
    ...{ tags: ['b', 'a', 'a'], genre: ['팝', '록'], followers: Long.fromString('9007199254740993') },
    ...{ socialLinks: { instagram: 'i', youtube: 'y' }, rating: 4.5, featuredDate: at },
    achievements: [child({ title: 'Prize', date: at }), child({ title: 'Medal' })],
  });
  const project = (title: string) =>
    make.project({
      ...{ title, approvedBy: plain.document['_id'], tags: ['x'], budget: 1234.56 },
      tasks: [child({ id: 1, title: `Record ${title}`, assignedTo: make.backer }), child({ id: 2, title: 'Mix' })],
      milestones: [child({ id: 1, title: 'Release', date: at })],
      team: [child({ user: make.backer, role: 'drums' })],
      notes: [child({ content: 'Note ', author: make.artist })],
    });
  const [first, second] = [project('One'), project('Two')] as const;
  const reward = child({ title: 'LP', description: 'Black', amount: 20_000 });
  const step = child({ name: 'Studio', description: 'Rent', budget: 100, startDate: at, endDate: at });
  const campaign = make.funding({
    title: 'Tour',
    executionPlan: { totalBudget: 100, stages: [step] },
    rewards: [reward, child({ title: 'CD', description: 'Small', amount: 10_000 })],
    backers: [child({ user: make.backer, amount: 20_000, reward: reward._id })],
    expenseRecords: [
      child({ category: '장비비', title: 'Amp', description: 'Loud', amount: 5, date: at, stage: step._id }),
    ],
    revenueDistribution: { distributions: [child({ backer: make.backer, originalAmount: 20_000 })] },
    updates: [child({ title: 'News', content: 'Soon' })],
  });
  const paid = {
    projectId: campaign.document['_id'],
    amount: 20_000,
    metadata: { a: 1, list: [1, 2], deep: { b: 'x' } },
  };
  const payment = make.payment({ ...paid, paymentId: 'one', rewardId: reward._id });
  const other = make.payment({ ...paid, paymentId: 'two', backerId: make.artist, message: 'Hi', completedAt: at });
  return { make, documents: { empty, plain, refused, profile, first, second, campaign, payment, other } };
}

export type Named = ReturnType<typeof namedDocuments>['documents'];

/** What is done to the target, and what has to be told of it: kind, place, and whose document. */
export type Corruption = readonly [
  what: string,
  sql: string,
  ...told: (readonly ['different' | 'missing' | 'unexpected', string, keyof Named])[],
];

const { documents } = namedDocuments();
const keyHex = (name: keyof Named) => `'\\x${keyOfGiven(documents[name]).toString('hex')}'::bytea`;
const REFUSED_ID = rootId('user', stageNamed('user').collectionNumber, keyOfGiven(documents.refused));
const OTHER_ID = '00000000-0000-4000-8000-000000000001';

/** One column of one row is changed. */
function changed(what: string, place: string, change: string, where: string, whose: keyof Named): Corruption {
  const [table, field] = place.split('.');
  return [what, `UPDATE "${table}" SET "${field}" = ${change} WHERE ${where}`, ['different', place, whose]];
}

/** A copy of a row, with some columns changed. */
const copyOf = (table: string, where: string, changes: string) =>
  `INSERT INTO "${table}" SELECT (jsonb_populate_record(held, ${changes})).* FROM "${table}" AS held WHERE ${where} LIMIT 1`;

const ONE = `title = 'One'`;
const TASK = `title = 'Record One'`;
const taskId = `(SELECT id FROM "ProjectTask" WHERE ${TASK})`;

export const CORRUPTIONS: readonly Corruption[] = [
  ['a document’s row is gone', `DELETE FROM "User" WHERE name = '나래'`, ['missing', 'User', 'plain']],
  ['a sub-document’s row is gone', `DELETE FROM "ProjectTask" WHERE ${TASK}`, ['missing', 'ProjectTask', 'first']],
  [
    'a single sub-document’s row is gone',
    `DELETE FROM "FundingProjectExecutionPlan" WHERE "totalBudget" = 100`,
    ['missing', 'FundingProjectExecutionPlan', 'campaign'],
  ],
  changed('a text is another one', 'User.name', `'다솜'`, `name = '나래'`, 'plain'),
  changed('a text is truncated', 'Project.description', 'left(description, -1)', ONE, 'first'),
  changed(
    'a trailing blank is gone',
    'ProjectNote.content',
    'rtrim(content)',
    `"projectId" = (SELECT id FROM "Project" WHERE ${ONE})`,
    'first',
  ),
  changed('a text is in another Unicode normal form', 'User.name', 'normalize(name, NFD)', `name = '나래'`, 'plain'),
  changed('a letter has another case', 'User.username', `'Narae'`, `name = '나래'`, 'plain'),
  changed('an empty text is NULL', 'User.bio', 'NULL', `name = '가람'`, 'empty'),
  changed('a NULL is an empty text', 'User.bio', `''`, `name = '나래'`, 'plain'),
  changed('a boolean is turned over', 'User.isActive', 'false', `name = '나래'`, 'plain'),
  changed('an enum is shifted to the next label', 'User.role', `'fan'`, `name = '나래'`, 'plain'),
  changed('a sub-document’s enum is shifted', 'ProjectTask.status', `'진행중'`, TASK, 'first'),
  changed('an enum array has another order', 'Artist.genres', `'{록,팝}'`, `genres <> '{}'`, 'profile'),
  changed('an array has another order', 'Artist.tags', `'{a,b,a}'`, `tags <> '{}'`, 'profile'),
  changed('an array lost a repeated element', 'Artist.tags', `'{b,a}'`, `tags <> '{}'`, 'profile'),
  changed('an array is empty', 'Project.tags', `'{}'`, ONE, 'first'),
  changed('an amount is off by 0.01', 'Project.budget', 'budget + 0.01', ONE, 'first'),
  changed(
    'a rate is off in its last decimal',
    'FundingProject.revenueArtistShareRate',
    '0.700001',
    `title = 'Tour'`,
    'campaign',
  ),
  changed('an amount has another sign', 'FundingProjectExpenseRecord.amount', '-amount', 'true', 'campaign'),
  changed('an integer beyond 2^53 is off by one', 'Artist.followers', 'followers - 1', 'followers > 0', 'profile'),
  changed('a number is another one', 'ProjectTask.taskNumber', '3', TASK, 'first'),
  changed(
    'a time is off by a millisecond',
    'User.lastLogin',
    `"lastLogin" + interval '1 ms'`,
    `name = '가람'`,
    'empty',
  ),
  changed(
    'a time is off by a time zone',
    'ProjectMilestone.scheduledDate',
    `"scheduledDate" + interval '9 hours'`,
    `"projectId" = (SELECT id FROM "Project" WHERE ${ONE})`,
    'first',
  ),
  changed('a time is lost', 'Payment.completedAt', 'NULL', `"paymentId" = 'two'`, 'other'),
  changed('a time is infinite', 'Artist.featuredDate', `'infinity'`, `"featuredDate" IS NOT NULL`, 'profile'),
  changed(
    'a value deep in JSON is another one',
    'Payment.metadata',
    `jsonb_set(metadata, '{deep,b}', '"y"')`,
    `"paymentId" = 'one'`,
    'payment',
  ),
  changed(
    'a key of JSON is lost',
    'Artist.socialLinks',
    `"socialLinks" - 'youtube'`,
    `"socialLinks" IS NOT NULL`,
    'profile',
  ),
  changed(
    'an array in JSON has another order',
    'Payment.metadata',
    `jsonb_set(metadata, '{list}', '[2, 1]')`,
    `"paymentId" = 'one'`,
    'payment',
  ),
  changed(
    'a number in JSON is a text',
    'Payment.metadata',
    `jsonb_set(metadata, '{a}', '"1"')`,
    `"paymentId" = 'one'`,
    'payment',
  ),
  changed('JSON is NULL', 'Payment.metadata', 'NULL', `"paymentId" = 'one'`, 'payment'),
  changed(
    'a reference leads to another row',
    'ProjectTask.assigneeId',
    `(SELECT id FROM "User" WHERE name = '나래')`,
    TASK,
    'first',
  ),
  changed('an optional reference is lost', 'Project.approvedById', 'NULL', ONE, 'first'),
  changed(
    'a reference inside the document leads to its neighbour',
    'Pledge.rewardId',
    `(SELECT id FROM "FundingProjectReward" WHERE title = 'CD' AND description = 'Small')`,
    `amount = 20000`,
    'campaign',
  ),
  changed('a payment’s pledge is lost', 'Payment.pledgeId', 'NULL', `"paymentId" = 'one'`, 'payment'),
  changed(
    'a stage stands under another plan',
    'FundingProjectStage.planId',
    `(SELECT id FROM "FundingProjectExecutionPlan" WHERE "totalBudget" = 0)`,
    'true',
    'campaign',
  ),
  [
    'references of two documents are swapped',
    `UPDATE "Payment" AS held SET "backerId" = other."backerId" FROM "Payment" AS other WHERE held.id <> other.id`,
    ['different', 'Payment.backerId', 'payment'],
    ['different', 'Payment.backerId', 'other'],
  ],
  [
    'values of two documents are swapped',
    `UPDATE "Project" AS held SET title = other.title FROM "Project" AS other WHERE held.id <> other.id`,
    ['different', 'Project.title', 'first'],
    ['different', 'Project.title', 'second'],
  ],
  [
    'a sub-document’s row is moved to another document',
    `UPDATE "ProjectTask" SET "projectId" = (SELECT id FROM "Project" WHERE title = 'Two') WHERE ${TASK}`,
    ['missing', 'ProjectTask', 'first'],
    ['unexpected', 'ProjectTask', 'second'],
  ],
  [
    'a sub-document’s row is there twice',
    copyOf('ProjectTask', TASK, `jsonb_build_object('id', '${OTHER_ID}')`),
    ['unexpected', 'ProjectTask', 'first'],
  ],
  [
    'a sub-document’s row has another id',
    `UPDATE "ProjectTask" SET id = '${OTHER_ID}' WHERE ${TASK}`,
    ['missing', 'ProjectTask', 'first'],
    ['unexpected', 'ProjectTask', 'first'],
  ],
  [
    'a document in quarantine has a row',
    copyOf('User', `name = '나래'`, `jsonb_build_object('id', '${REFUSED_ID}', 'email', 'x', 'username', 'x')`),
    ['unexpected', 'User', 'refused'],
  ],
  [
    'a document in quarantine has a mapping',
    `INSERT INTO migration_id_map SELECT collection, parent_key, ${keyHex('refused')}, path, occurrence, '${REFUSED_ID}', run_id
     FROM migration_id_map WHERE collection = 'user' LIMIT 1`,
    ['unexpected', 'migration_id_map', 'refused'],
  ],
  [
    'a refused document is not in quarantine',
    'DELETE FROM migration_quarantine',
    ['missing', 'migration_quarantine', 'refused'],
  ],
  [
    'a refused document is in quarantine as settled only',
    `UPDATE migration_quarantine SET state = 'resolved'`,
    ['missing', 'migration_quarantine', 'refused'],
  ],
  [
    'a document is in quarantine although its row is there',
    `INSERT INTO migration_quarantine (run_id, stage, legacy_key, document, code)
     SELECT run_id, stage, ${keyHex('plain')}, document, code FROM migration_quarantine`,
    ['different', 'migration_quarantine.document', 'plain'],
    ['unexpected', 'User', 'plain'],
    ['unexpected', 'migration_id_map', 'plain'],
  ],
  [
    'a document’s mapping is missing',
    `DELETE FROM migration_id_map WHERE collection = 'project' AND legacy_key = ${keyHex('first')}`,
    ['missing', 'migration_id_map', 'first'],
  ],
  [
    'a sub-document’s mapping is missing',
    `DELETE FROM migration_id_map WHERE prisma_id = ${taskId}`,
    ['missing', 'migration_id_map', 'first'],
  ],
  [
    'a document’s mapping leads elsewhere',
    `UPDATE migration_id_map SET prisma_id = '${OTHER_ID}' WHERE collection = 'project' AND legacy_key = ${keyHex('first')}`,
    ['missing', 'migration_id_map', 'first'],
    ['unexpected', 'migration_id_map', 'first'],
  ],
  [
    'two sub-documents’ mappings are swapped',
    `UPDATE migration_id_map SET legacy_key = legacy_key || '\\x00'::bytea WHERE collection = 'artistAchievement';
     UPDATE migration_id_map AS held SET legacy_key = substr(other.legacy_key, 1, length(other.legacy_key) - 1)
     FROM migration_id_map AS other WHERE held.collection = 'artistAchievement' AND other.collection = held.collection
       AND held.prisma_id <> other.prisma_id`,
    ['different', 'migration_id_map', 'profile'],
    ['different', 'migration_id_map', 'profile'],
    // The rows that they lead to now are each other's.
    ...['date', 'position', 'title'].flatMap((column) => [
      ['different', `ArtistAchievement.${column}`, 'profile'] as const,
      ['different', `ArtistAchievement.${column}`, 'profile'] as const,
    ]),
  ],
  [
    'a sub-document’s mapping stands at another place',
    `UPDATE migration_id_map SET occurrence = occurrence + 1 WHERE prisma_id = ${taskId}`,
    ['different', 'migration_id_map', 'first'],
  ],
  [
    'a sub-document’s mapping stands under another document',
    `UPDATE migration_id_map SET parent_key = ${keyHex('second')} WHERE prisma_id = ${taskId}`,
    ['different', 'migration_id_map', 'first'],
  ],
  [
    'a document has one mapping too many',
    `INSERT INTO migration_id_map SELECT collection, parent_key, legacy_key, path, occurrence + 7, '${OTHER_ID}', run_id
     FROM migration_id_map WHERE prisma_id = ${taskId}`,
    ['unexpected', 'migration_id_map', 'first'],
  ],
];
