import { type Document, Long } from 'bson';
import type { RowBuilder } from '../../../engine/plan/row-builder.ts';
import type { Plan, Stage } from '../../../engine/plan/stage.ts';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';

type Row = Readonly<Record<string, unknown>>;

/** A plan that does something wrong with the documents of one stage, in the copy and in whatever goes by its transform. */
export interface WrongPlan {
  readonly what: string;
  readonly plan: Plan;
  /** The columns that are wrong, and the document that they are of. */
  readonly wrong: readonly (readonly [where: string, of: keyof Named])[];
}

/** One document of each stage that has something in every kind of column. */
export function namedDocuments() {
  const make = new PlatformDocuments();
  const at = new Date('2024-03-01T12:34:56.789Z');
  const child = <T extends object>(fields: T) => ({ _id: make.id(), ...fields });
  const other = make.user({ name: 'other', username: 'second' });
  const user = make.user({
    name: '가람',
    bio: 'Sings',
    lastLogin: at,
    isActive: false,
    shoeSize: 43,
    email: 'Ga@B.kr',
  });
  const profile = make.profile({
    ...{ tags: ['b', 'a', 'c'], genre: ['팝', '록'], followers: Long.fromString('9007199254740993') },
    ...{ socialLinks: { instagram: 'i', youtube: 'y' }, rating: 4.5 },
    achievements: [child({ title: 'Prize', date: at }), child({ title: 'Medal' })],
  });
  const project = make.project({
    ...{ approvedBy: other.document['_id'], tags: ['x', 'y'], budget: 1234.56 },
    tasks: [
      child({ id: 1, title: 'Record', assignedTo: make.backer, dueDate: at }),
      child({ id: 2, title: 'Mix', nickname: 'M' }),
    ],
    team: [{ user: make.backer, role: 'drums' }],
  });
  const rewards = [
    child({ title: 'LP', description: 'Black', amount: 20_000 }),
    child({ title: 'CD', description: 'Small', amount: 10_000 }),
  ];
  const campaign = make.funding({
    rewards,
    executionPlan: {
      totalBudget: 100,
      stages: [child({ name: 'Studio', description: 'Rent', budget: 100, startDate: at, endDate: at })],
    },
    backers: [child({ user: make.backer, amount: 20_000, reward: rewards[0]!._id })],
    updates: [child({ title: 'News', content: 'Soon' })],
  });
  const payment = make.payment({
    ...{ projectId: campaign.document['_id'], rewardId: rewards[0]!._id, message: 'Hi' },
    metadata: { a: 1, list: [1, 2], deep: { b: 'x' } },
  });
  return { make, documents: { user, profile, project, campaign, payment } };
}

export type Named = ReturnType<typeof namedDocuments>['documents'];

/** The plan with another transform in one stage. */
function withTransform(name: string, wrap: (stage: Stage, document: Document, to: RowBuilder) => void): Plan {
  const stages = plan.stages.map((stage) =>
    stage.name === name
      ? { ...stage, transform: (document: never, to: RowBuilder) => wrap(stage, document, to) }
      : stage,
  );
  return { ...plan, stages };
}

/** Rows of a table come out otherwise. */
function rows(name: string, table: string, change: (row: Row, index: number) => Row | null): Plan {
  return withTransform(name, (stage, document, to) => {
    const write = to.row.bind(to) as (table: string, row: Row) => void;
    let index = 0;
    const altered = (of: string, row: Row) => {
      const instead = of === table ? change(row, index++) : row;
      if (instead !== null) write(of, instead);
    };
    Object.assign(to, { row: altered });
    stage.transform(document as never, to);
  });
}

/** What the document was decoded to comes out otherwise. */
function decoded(name: string, change: (document: Document) => Document): Plan {
  return withTransform(name, (stage, document, to) => stage.transform(change(document) as never, to));
}

/** What is kept beside the rows is lost. */
function withoutLeftovers(name: string): Plan {
  const stages = plan.stages.map((stage): Stage => {
    if (stage.name !== name) return stage;
    return {
      ...stage,
      prepare: async (documents) => {
        for (const { leftovers } of documents) leftovers.length = 0;
      },
    };
  });
  return { ...plan, stages };
}

const hour = (date: unknown) => new Date((date as Date).getTime() + 3_600_000);
const swapped = <T>([first, second, ...rest]: readonly T[]) => [second!, first!, ...rest];

export const WRONG_PLANS: readonly WrongPlan[] = [
  {
    what: 'two text columns are swapped',
    plan: rows('user', 'User', (row) => (row['bio'] === null ? row : { ...row, name: row['bio'], bio: row['name'] })),
    wrong: [
      ['User.name', 'user'],
      ['User.bio', 'user'],
    ],
  },
  {
    what: 'a date is shifted by an hour',
    plan: rows('user', 'User', (row) =>
      row['lastLogin'] === null ? row : { ...row, lastLogin: hour(row['lastLogin']) },
    ),
    wrong: [['User.lastLogin', 'user']],
  },
  {
    what: 'a date of a sub-document is shifted by an hour',
    plan: rows('project', 'ProjectTask', (row) =>
      row['dueDate'] === null ? row : { ...row, dueDate: hour(row['dueDate']) },
    ),
    wrong: [['ProjectTask.dueDate', 'project']],
  },
  {
    what: 'a text is not lower-cased as the model stores it',
    plan: decoded('user', (document) => ({ ...document, email: (document['email'] as string).replace('ga@', 'Ga@') })),
    wrong: [['User.email', 'user']],
  },
  {
    what: 'the last element of an array of texts is dropped',
    plan: rows('artist', 'Artist', (row) => ({ ...row, tags: (row['tags'] as string[]).slice(0, -1) })),
    wrong: [['Artist.tags', 'profile']],
  },
  {
    what: 'the last element of an array of documents is dropped',
    plan: decoded('project', (document) => ({ ...document, tasks: document['tasks'].slice(0, -1) })),
    wrong: [['ProjectTask', 'project']],
  },
  {
    what: 'two elements of an array of texts are swapped',
    plan: rows('artist', 'Artist', (row) => ({ ...row, tags: swapped(row['tags'] as string[]) })),
    wrong: [['Artist.tags', 'profile']],
  },
  {
    what: 'two elements of an array of labels are swapped',
    plan: rows('artist', 'Artist', (row) => ({ ...row, genres: swapped(row['genres'] as string[]) })),
    wrong: [['Artist.genres', 'profile']],
  },
  {
    what: 'the places of two sub-documents are swapped',
    plan: rows('artist', 'ArtistAchievement', (row, index) => ({ ...row, position: 1 - index })),
    wrong: [
      ['ArtistAchievement.position', 'profile'],
      ['ArtistAchievement.position', 'profile'],
    ],
  },
  {
    what: 'a 64-bit integer is rounded',
    plan: rows('artist', 'Artist', (row) => ({ ...row, followers: BigInt(Number(row['followers'])) })),
    wrong: [['Artist.followers', 'profile']],
  },
  {
    what: 'an amount is rounded',
    plan: rows('project', 'Project', (row) => ({ ...row, budget: `${Number(row['budget']).toFixed(0)}.00` })),
    wrong: [['Project.budget', 'project']],
  },
  {
    what: 'a default stands in place of a value',
    plan: rows('user', 'User', (row) => ({ ...row, isActive: true })),
    wrong: [['User.isActive', 'user']],
  },
  {
    what: 'a default stands where there is none',
    plan: rows('project', 'ProjectTask', (row) => ({ ...row, description: row['description'] ?? '' })),
    wrong: [
      ['ProjectTask.description', 'project'],
      ['ProjectTask.description', 'project'],
    ],
  },
  {
    what: 'the time of an ObjectId stands in place of a date',
    plan: rows('user', 'User', (row) => ({ ...row, createdAt: new Date(0x65000000 * 1000) })),
    wrong: [['User.createdAt', 'user']],
  },
  {
    what: 'a reference leads to another valid row',
    plan: rows('project', 'Project', (row) => ({ ...row, approvedById: row['artistId'] })),
    wrong: [['Project.approvedById', 'project']],
  },
  {
    what: 'a reference is lost',
    plan: rows('project', 'ProjectTask', (row) => ({ ...row, assigneeId: null })),
    wrong: [['ProjectTask.assigneeId', 'project']],
  },
  {
    what: 'a link inside the document is lost',
    plan: rows('fundingProject', 'Pledge', (row) => ({ ...row, rewardId: null })),
    wrong: [['Pledge.rewardId', 'campaign']],
  },
  {
    what: 'a link into another document is lost',
    plan: rows('payment', 'Payment', (row) => ({ ...row, rewardId: null })),
    wrong: [['Payment.rewardId', 'payment']],
  },
  {
    what: 'a member of a JSON value is altered',
    plan: rows('payment', 'Payment', (row) => ({
      ...row,
      metadata: row['metadata'] === null ? null : { ...(row['metadata'] as object), list: [1, 3] },
    })),
    wrong: [['Payment.metadata', 'payment']],
  },
  {
    what: 'a member of a group is lost',
    plan: rows('artist', 'Artist', (row) => ({
      ...row,
      socialLinks: row['socialLinks'] === null ? null : { youtube: 'y' },
    })),
    wrong: [['Artist.socialLinks', 'profile']],
  },
  {
    what: 'a leftover is dropped',
    plan: withoutLeftovers('user'),
    wrong: [['migration_leftover.shoeSize', 'user']],
  },
  {
    what: 'a leftover of a sub-document is dropped',
    plan: withoutLeftovers('project'),
    wrong: [['migration_leftover.tasks.nickname', 'project']],
  },
];
