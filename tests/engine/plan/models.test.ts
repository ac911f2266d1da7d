import { describe, expect, test } from '@jest/globals';
import mongoose, { type Schema, type SchemaType } from 'mongoose';
import { models } from '../../../stages/models/index.ts';

/**
 * The platform's collections, written out by hand. One line per path:
 * `type[!] [→ref] [=default] [least..most] [≤maxlength] [u] [lowercase] [a|b|c]`
 */
const TIMES = { createdAt: 'Date', updatedAt: 'Date' };
const CATEGORY = 'String! =기타 음악|비디오|공연|도서|게임|기타';
const SPECIFICATION: Record<string, { collection: string; paths: Record<string, string> }> = {
  user: {
    collection: 'users',
    paths: {
      name: 'String! ≤50',
      username: 'String ≤30 u sparse',
      email: 'String! u lowercase',
      password: 'String!',
      role: 'String =fan artist|admin|fan',
      avatar: 'String =/avatars/default.jpg',
      bio: 'String ≤500',
      isVerified: 'Boolean =false',
      isActive: 'Boolean =true',
      lastLogin: 'Date',
      lastLoginAt: 'Date',
      agreeTerms: 'Boolean =false',
      agreePrivacy: 'Boolean =false',
      agreeMarketing: 'Boolean =false',
      ...TIMES,
    },
  },
  artist: {
    collection: 'artists',
    paths: {
      userId: 'ObjectId! →User u',
      category: 'String! 음악|미술|영상|문학|공예|디자인|기타',
      location: 'String!',
      rating: 'Number =0 0..5',
      'tags[]': 'String',
      coverImage: 'String =null',
      profileImage: 'String =null',
      followers: 'Number =0 0..',
      completedProjects: 'Number =0 0..',
      activeProjects: 'Number =0 0..',
      totalEarned: 'Number =0 0..',
      'genre[]': 'String 팝|록|R&B|재즈|클래식|힙합|일렉트로닉|인디|얼터너티브|컨트리|레게|블루스|소울|펑크|메탈|기타',
      totalStreams: 'Number =0 0..',
      monthlyListeners: 'Number =0 0..',
      'socialLinks.instagram': 'String',
      'socialLinks.twitter': 'String',
      'socialLinks.youtube': 'String',
      'socialLinks.spotify': 'String',
      'socialLinks.soundcloud': 'String',
      'socialLinks.tiktok': 'String',
      'achievements[].title': 'String',
      'achievements[].description': 'String',
      'achievements[].date': 'Date',
      'achievements[].image': 'String',
      isVerified: 'Boolean =false',
      verificationDate: 'Date',
      featured: 'Boolean =false',
      featuredDate: 'Date',
      ...TIMES,
    },
  },
  project: {
    collection: 'projects',
    paths: {
      title: 'String! ≤200',
      description: 'String! ≤2000',
      artist: 'ObjectId! →User',
      artistName: 'String!',
      category: CATEGORY,
      status: 'String =계획중 계획중|진행중|완료|보류|취소',
      progress: 'Number =0 0..100',
      startDate: 'Date!',
      endDate: 'Date!',
      budget: 'Number! 0..',
      spent: 'Number =0 0..',
      image: 'String =null',
      approvalStatus: 'String =pending pending|approved|rejected',
      approvalReason: 'String ≤1000',
      approvedAt: 'Date',
      approvedBy: 'ObjectId →User',
      'tags[]': 'String',
      isActive: 'Boolean =true',
      isPublic: 'Boolean =true',
      priority: 'String =보통 낮음|보통|높음|긴급',
      'tasks[].id': 'Number!',
      'tasks[].title': 'String!',
      'tasks[].description': 'String',
      'tasks[].status': 'String =대기 대기|진행중|완료|보류',
      'tasks[].progress': 'Number =0 0..100',
      'tasks[].assignedTo': 'ObjectId →User',
      'tasks[].dueDate': 'Date',
      'tasks[].completedAt': 'Date',
      'milestones[].id': 'Number!',
      'milestones[].title': 'String!',
      'milestones[].description': 'String',
      'milestones[].date': 'Date!',
      'milestones[].status': 'String =예정 예정|진행중|완료|지연',
      'milestones[].completedAt': 'Date',
      'team[].user': 'ObjectId →User',
      'team[].role': 'String!',
      'team[].joinedAt': 'Date =now',
      'notes[].content': 'String!',
      'notes[].author': 'ObjectId →User',
      'notes[].createdAt': 'Date =now',
      ...TIMES,
    },
  },
  fundingProject: {
    collection: 'fundingprojects',
    paths: {
      title: 'String! ≤200',
      description: 'String! ≤5000',
      artist: 'ObjectId! →User',
      artistName: 'String!',
      category: CATEGORY,
      goalAmount: 'Number! 100000..',
      currentAmount: 'Number =0',
      startDate: 'Date!',
      endDate: 'Date!',
      status: 'String =준비중 준비중|진행중|성공|실패|취소|집행중|완료',
      progress: 'Number =0 0..100',
      daysLeft: 'Number =0',
      image: 'String =null',
      'tags[]': 'String',
      isActive: 'Boolean =true',
      isVerified: 'Boolean =false',
      featured: 'Boolean =false',
      'executionPlan.totalBudget': 'Number! 0..',
      'executionPlan.stages[].name': 'String! ≤100',
      'executionPlan.stages[].description': 'String! ≤500',
      'executionPlan.stages[].budget': 'Number!',
      'executionPlan.stages[].startDate': 'Date!',
      'executionPlan.stages[].endDate': 'Date!',
      'executionPlan.stages[].status': 'String =계획 계획|진행중|완료|지연',
      'executionPlan.stages[].progress': 'Number =0 0..100',
      'expenseRecords[].category': 'String! 인건비|재료비|장비비|마케팅비|기타',
      'expenseRecords[].title': 'String!',
      'expenseRecords[].description': 'String!',
      'expenseRecords[].amount': 'Number! 0..',
      'expenseRecords[].receipt': 'String =null',
      'expenseRecords[].date': 'Date!',
      'expenseRecords[].stage': 'ObjectId =null',
      'expenseRecords[].verified': 'Boolean =false',
      'revenueDistribution.totalRevenue': 'Number =0',
      'revenueDistribution.platformFee': 'Number =0.05',
      'revenueDistribution.artistShare': 'Number =0.7',
      'revenueDistribution.backerShare': 'Number =0.25',
      'revenueDistribution.distributions[].backer': 'ObjectId! →User',
      'revenueDistribution.distributions[].userName': 'String',
      'revenueDistribution.distributions[].originalAmount': 'Number!',
      'revenueDistribution.distributions[].profitShare': 'Number =0',
      'revenueDistribution.distributions[].totalReturn': 'Number =0',
      'revenueDistribution.distributions[].distributedAt': 'Date =null',
      'revenueDistribution.distributions[].status': 'String =대기 대기|분배완료|지급완료',
      'backers[].user': 'ObjectId →User',
      'backers[].userName': 'String',
      'backers[].amount': 'Number! 1000..',
      'backers[].reward': 'ObjectId',
      'backers[].backedAt': 'Date =now',
      'backers[].isAnonymous': 'Boolean =false',
      'backers[].message': 'String = ≤500',
      'rewards[].title': 'String! ≤100',
      'rewards[].description': 'String! ≤500',
      'rewards[].amount': 'Number! 1000..',
      'rewards[].claimed': 'Number =0',
      'rewards[].maxClaim': 'Number =null',
      'rewards[].estimatedDelivery': 'Date',
      'updates[].title': 'String! ≤200',
      'updates[].content': 'String! ≤2000',
      'updates[].createdAt': 'Date =now',
      'updates[].type': 'String =일반 일반|집행진행|비용공개|수익분배',
      ...TIMES,
    },
  },
  payment: {
    collection: 'payments',
    paths: {
      paymentId: 'String! u',
      orderId: 'String! u',
      projectId: 'ObjectId! →FundingProject',
      backerId: 'ObjectId! →User',
      backerName: 'String!',
      backerEmail: 'String!',
      backerPhone: 'String!',
      backerAddress: 'String =',
      rewardId: 'ObjectId =null',
      rewardName: 'String =',
      amount: 'Number! 1000..10000000',
      paymentMethod: 'String! card|bank|kakao|naver',
      paymentProvider: 'String =toss toss|iamport',
      status: 'String =pending pending|completed|failed|cancelled|refunded',
      transactionId: 'String =',
      paymentKey: 'String =',
      message: 'String = ≤500',
      createdAt: 'Date =now',
      completedAt: 'Date =null',
      cancelledAt: 'Date =null',
      refundedAt: 'Date =null',
      refundId: 'String =',
      refundAmount: 'Number =0',
      refundReason: 'String =',
      metadata: 'Map',
      'metadata.*': 'Mixed',
      updatedAt: 'Date',
    },
  },
};

/** The same notation, read from a compiled schema. */
function described(schema: Schema, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  schema.eachPath((name, type) => {
    const path = prefix + name.replace('$*', '*');
    const inner = type.getEmbeddedSchemaType?.();
    if (type.schema) Object.assign(found, described(type.schema, `${path}[].`));
    else if (type.instance === 'Array' && inner) found[`${path}[]`] = describedType(inner);
    else if (name !== '_id' && name !== '__v') found[path] = describedType(type);
  });
  return found;
}

function describedType(type: SchemaType): string {
  const options = type.options;
  const standIn: unknown = options['default'];
  const bounded = options['min'] !== undefined || options['max'] !== undefined;
  const words = [
    type.instance + (options['required'] ? '!' : ''),
    options['ref'] && `→${options['ref']}`,
    standIn !== undefined && `=${standIn === Date.now ? 'now' : String(standIn)}`,
    bounded && `${options['min'] ?? ''}..${options['max'] ?? ''}`,
    options['maxlength'] && `≤${options['maxlength']}`,
    options['unique'] && 'u',
    options['sparse'] && 'sparse',
    options['lowercase'] && 'lowercase',
    options['enum'] && [...options['enum']].join('|'),
  ];
  return words.filter((word) => typeof word === 'string').join(' ');
}

describe.each(Object.entries(SPECIFICATION))('model %s', (name, { collection, paths }) => {
  const model = models[name as keyof typeof models];
  const schema = model.schema as unknown as Schema;

  test(`reads the collection ${collection}`, () => {
    expect(model.collection.collectionName).toBe(collection);
  });

  test('has exactly the paths, types, rules, defaults and references of the platform', () => {
    const found = described(schema);
    if (name === 'payment') found['metadata.*'] = schema.path('metadata').getEmbeddedSchemaType()?.instance ?? 'none';
    expect(found).toEqual(paths);
  });

  test('keeps timestamps, an ObjectId _id and __v, and gives every sub-document an _id', () => {
    expect(schema.get('timestamps')).toBe(true);
    expect(schema.path('_id').instance).toBe('ObjectId');
    expect(schema.path('__v').instance).toBe('Number');
    schema.eachPath((_path, type) => {
      if (type.schema) expect(type.schema.path('_id').instance).toBe('ObjectId');
    });
  });

  test('nests objects as paths, not as schemas of their own', () => {
    for (const path of Object.keys(paths)) {
      const [head, rest] = path.split('.');
      if (head && rest && !head.endsWith('[]') && head !== 'metadata') expect(schema.pathType(head)).toBe('nested');
    }
  });
});

test('there are five models, in the order in which they refer to each other', () => {
  expect(Object.keys(models)).toEqual(['user', 'artist', 'project', 'fundingProject', 'payment']);
});

test('the models live on a Mongoose of their own that never connects', () => {
  expect(mongoose.modelNames()).toEqual([]);
  for (const model of Object.values(models)) {
    expect(model.db.readyState).toBe(mongoose.ConnectionStates.disconnected);
    expect(model.db.base.get('autoIndex')).toBe(false);
    expect(model.db.base.get('autoCreate')).toBe(false);
  }
});

test('a model defaults, lower-cases and judges a plain document', async () => {
  const document = new models.user({ name: '김민수', email: 'Min.Su@Example.com', password: 'x', role: 'Artist' });
  expect(document.email).toBe('min.su@example.com');
  expect(document.avatar).toBe('/avatars/default.jpg');
  await expect(document.validate()).rejects.toMatchObject({ errors: { role: { kind: 'enum' } } });
});
