import { describe, expect, test } from '@jest/globals';
import type { Schema } from 'mongoose';
import { artistSchema } from '../../stages/models/artist.ts';
import { fundingProjectSchema } from '../../stages/models/funding-project.ts';
import { paymentSchema } from '../../stages/models/payment.ts';
import { projectSchema } from '../../stages/models/project.ts';
import { userSchema } from '../../stages/models/user.ts';
import { target as platform } from '../../stages/platform.ts';

/** What the source's models say of a field, as far as a column can hold it. */
interface SourceField {
  readonly path: string;
  readonly labels: readonly string[];
  readonly nullable: boolean;
  readonly list: boolean;
}

/** Mongoose's own description of a path; the public type leaves out what `options` and `caster` hold. */
interface PathType {
  readonly instance: string;
  readonly isRequired?: boolean;
  readonly schema?: Schema;
  readonly options: { readonly default?: unknown; readonly enum?: readonly string[] };
  readonly embeddedSchemaType?: { readonly options: { readonly enum?: readonly string[] } };
}

interface Move {
  readonly table: string;
  readonly schema: Schema;
  /** Where inside the document the rows come from; empty for the document itself. */
  readonly from: string;
  /** Source path → field, where the names differ. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Fields with no field of the source behind them, but for `id`. */
  readonly added?: readonly string[];
}

/** Paths of a document that rows of other tables hold, and Mongoose's own. */
const elsewhere = (move: Move, path: string) =>
  path === '_id' || path === '__v' || moves.some(({ schema, from }) => schema === move.schema && from === path);

const moves: readonly Move[] = [
  { table: 'User', schema: userSchema, from: '' },
  { table: 'Artist', schema: artistSchema, from: '', renamed: { genre: 'genres' } },
  { table: 'ArtistAchievement', schema: artistSchema, from: 'achievements', added: ['artistId', 'position'] },
  { table: 'Project', schema: projectSchema, from: '', renamed: { artist: 'artistId', approvedBy: 'approvedById' } },
  {
    table: 'ProjectTask',
    schema: projectSchema,
    from: 'tasks',
    renamed: { id: 'taskNumber', assignedTo: 'assigneeId' },
    added: ['projectId'],
  },
  {
    table: 'ProjectMilestone',
    schema: projectSchema,
    from: 'milestones',
    renamed: { id: 'milestoneNumber', date: 'scheduledDate' },
    added: ['projectId'],
  },
  {
    table: 'ProjectTeamMember',
    schema: projectSchema,
    from: 'team',
    renamed: { user: 'userId' },
    added: ['projectId'],
  },
  { table: 'ProjectNote', schema: projectSchema, from: 'notes', renamed: { author: 'authorId' }, added: ['projectId'] },
  {
    table: 'FundingProject',
    schema: fundingProjectSchema,
    from: '',
    renamed: {
      artist: 'artistId',
      'revenueDistribution.totalRevenue': 'revenueTotal',
      'revenueDistribution.platformFee': 'revenuePlatformFeeRate',
      'revenueDistribution.artistShare': 'revenueArtistShareRate',
      'revenueDistribution.backerShare': 'revenueBackerShareRate',
    },
  },
  {
    table: 'FundingProjectStage',
    schema: fundingProjectSchema,
    from: 'executionPlan.stages',
    added: ['projectId', 'planId'],
  },
  {
    table: 'FundingProjectExpenseRecord',
    schema: fundingProjectSchema,
    from: 'expenseRecords',
    renamed: { stage: 'stageId', date: 'expenseDate' },
    added: ['projectId'],
  },
  {
    table: 'FundingProjectDistribution',
    schema: fundingProjectSchema,
    from: 'revenueDistribution.distributions',
    renamed: { backer: 'backerId' },
    added: ['projectId', 'pledgeId'],
  },
  { table: 'FundingProjectReward', schema: fundingProjectSchema, from: 'rewards', added: ['projectId'] },
  {
    table: 'Pledge',
    schema: fundingProjectSchema,
    from: 'backers',
    renamed: { user: 'userId', reward: 'rewardId' },
    added: ['projectId'],
  },
  { table: 'FundingProjectUpdate', schema: fundingProjectSchema, from: 'updates', added: ['projectId'] },
  { table: 'Payment', schema: paymentSchema, from: '', added: ['pledgeId'] },
];

function sourceFields(move: Move): SourceField[] {
  const parent = move.from === '' ? undefined : (move.schema.path(move.from) as unknown as PathType);
  const schema = move.from === '' ? move.schema : parent?.schema;
  if (!schema) throw new Error(`${move.table}: the model has no sub-documents at ${move.from}.`);
  const fields: SourceField[] = [];
  schema.eachPath((path, type) => {
    const { instance, isRequired, options, embeddedSchemaType } = type as unknown as PathType;
    if (elsewhere(move, path) || path.includes('$*') || path === 'executionPlan.totalBudget') return;
    const timestamp = path === 'createdAt' || path === 'updatedAt';
    const list = instance === 'Array';
    const always = isRequired === true || (options.default ?? null) !== null || timestamp || list;
    const labels = options.enum ?? embeddedSchemaType?.options.enum ?? [];
    fields.push({ path, labels, nullable: !always, list });
  });
  return fields;
}

describe.each(moves.map((move) => [move.table, move] as const))('%s', (name, move) => {
  const { columns } = platform.tables[name]!;
  const target = (path: string) => {
    const field = move.renamed?.[path] ?? (path.startsWith('socialLinks.') ? 'socialLinks' : path);
    return columns.find((column) => column.field === field);
  };
  const fields = sourceFields(move);

  test('has a column for every field of the source, and no column from nowhere', () => {
    expect(fields.filter(({ path }) => !target(path))).toEqual([]);
    const filled = new Set(fields.map(({ path }) => target(path)?.field));
    const others = columns.filter(({ field }) => !filled.has(field)).map(({ field }) => field);
    expect(others).toEqual(['id', ...(move.added ?? [])]);
  });

  test('is NOT NULL exactly where the source field is required, has a default or is a list', () => {
    const plain = fields.filter(({ path }) => !path.startsWith('socialLinks.'));
    const wrong = plain.filter((field) => target(field.path)?.nullable !== field.nullable);
    expect(wrong).toEqual([]);
    expect(plain.filter((field) => target(field.path)?.array !== field.list)).toEqual([]);
  });

  test('has an enum with exactly the source’s labels for every field that has some', () => {
    const found = fields.map(({ path }) => {
      const enumName = target(path)?.enumName;
      return { path, labels: enumName ? Object.values(platform.enums[enumName]!.labels) : [] };
    });
    expect(found).toEqual(fields.map(({ path, labels }) => ({ path, labels })));
  });
});
