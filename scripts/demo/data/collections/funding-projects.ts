import { type Document, Double } from 'bson';
import {
  distributionStatuses,
  expenseCategories,
  fundingStageStatuses,
  fundingStatuses,
  fundingUpdateTypes,
} from '../../../../stages/models/funding-project.ts';
import { projectCategories } from '../../../../stages/models/project.ts';
import { type Pledge, paymentsPerProject, pledgeOf, rewardAmounts } from './pledges.ts';
import type { Random } from './random.ts';
import { message, prose, TAGS, workTitle } from './words.ts';
import { daysAfter, TODAY, type World } from './world.ts';

/** One funding project, with an entry among its backers for most of its payments and some that have no payment. */
export function fundingProjectDocument(world: World, index: number): Document {
  const random = world.random('fundingprojects', index);
  const born = world.time('fundingprojects', index);
  const artist = world.earlierArtistUser(random, (index + 1) / world.counts.fundingprojects);
  const pledges = backerPledges(world, random, index);
  const current = pledges.reduce((sum, pledge) => sum + pledge.hundredths, 0);
  const goal = Math.max(100_000, Math.round((current / 100) * (0.6 + random.next())));
  const end = daysAfter(born, random.int(30, 90));
  const status = fundingStatuses[index % fundingStatuses.length] as string;
  const old = index < world.counts.fundingprojects / 4;
  return {
    _id: world.id('fundingprojects', index),
    title: workTitle(random),
    description: prose(random, random.int(4, 10)),
    artist: world.id('users', artist),
    artistName: world.person(artist).name,
    category: projectCategories[index % projectCategories.length],
    goalAmount: world.money(random, goal * 100),
    currentAmount: world.money(random, current),
    startDate: daysAfter(born, 3),
    endDate: end,
    status,
    progress: Math.min(100, Math.floor(current / goal)),
    daysLeft: Math.max(0, Math.ceil((end.getTime() - TODAY) / 86_400_000)),
    image: random.chance(0.7) ? `/funding/${index}.jpg` : null,
    tags: random.some(TAGS, random.int(0, 4)),
    ...(old ? {} : { isActive: random.chance(0.9), isVerified: random.chance(0.5), featured: random.chance(0.1) }),
    executionPlan: executionPlan(world, random, index, goal),
    expenseRecords: expenses(world, random, index),
    revenueDistribution: revenue(world, random, index, pledges, status),
    backers: pledges.map((pledge, place) => backer(world, random, index, pledge, place)),
    rewards: rewards(world, random, index, pledges),
    updates: Array.from({ length: random.int(1, 4) }, (_, place) => ({
      _id: world.partId('update', 'fundingprojects', index, place),
      title: workTitle(random),
      content: prose(random, random.int(1, 5)),
      createdAt: daysAfter(born, 10 * (place + 1)),
      type: fundingUpdateTypes[(index + place) % fundingUpdateTypes.length],
    })),
    createdAt: new Date(born),
    updatedAt: daysAfter(born, 20 + random.next() * 100),
    __v: random.int(0, 40),
  };
}

/** Two to five pledges more than the payments tell of: cash, and an older shop. At least two in any case. */
function backerPledges(world: World, random: Random, index: number): Pledge[] {
  const pledges: Pledge[] = [];
  const paid = paymentsPerProject(world);
  for (let slot = 0; slot < paid; slot++) {
    const pledge = pledgeOf(world, index, slot);
    for (let entry = 0; entry < pledge.entries; entry++) pledges.push(pledge);
  }
  const others = random.int(2, 5);
  for (let slot = 0; slot < others; slot++) pledges.push(pledgeOf(world, index, 500_000 + slot));
  return pledges;
}

function backer(world: World, random: Random, index: number, pledge: Pledge, place: number): Document {
  const born = world.time('fundingprojects', index);
  const anonymous = random.chance(0.1);
  const bare = random.chance(0.1);
  return {
    _id: world.partId('backer', 'fundingprojects', index, place),
    user: world.id('users', pledge.user),
    ...(anonymous ? {} : { userName: world.person(pledge.user).name }),
    amount: world.money(random, pledge.hundredths),
    ...(pledge.reward === null ? {} : { reward: world.partId('reward', 'fundingprojects', index, pledge.reward) }),
    backedAt: daysAfter(born, 4 + random.next() * 25),
    ...(bare ? {} : { isAnonymous: anonymous, message: random.chance(0.5) ? message(random) : '' }),
  };
}

function rewards(world: World, random: Random, index: number, pledges: readonly Pledge[]): Document[] {
  const born = world.time('fundingprojects', index);
  return rewardAmounts(world, index).map((amount, place) => {
    const claimed = pledges.filter((pledge) => pledge.reward === place).length;
    return {
      _id: world.partId('reward', 'fundingprojects', index, place),
      title: workTitle(random),
      description: prose(random, 2),
      amount: world.money(random, amount * 100),
      claimed,
      maxClaim: random.chance(0.4) ? claimed + random.int(0, 50) : null,
      ...(random.chance(0.8) ? { estimatedDelivery: daysAfter(born, 180) } : {}),
    };
  });
}

const STAGES = 3;

function executionPlan(world: World, random: Random, index: number, goal: number): Document {
  const born = world.time('fundingprojects', index);
  const share = Math.floor(goal / STAGES);
  return {
    totalBudget: world.money(random, goal * 100),
    stages: Array.from({ length: STAGES }, (_, place) => {
      const status = fundingStageStatuses[(index + place) % fundingStageStatuses.length];
      return {
        _id: world.partId('stage', 'fundingprojects', index, place),
        name: `${place + 1}단계 ${random.pick(['기획', '제작', '녹음', 'Printing', '배송', 'Show'])}`,
        description: prose(random, 2),
        budget: world.money(random, (place === 0 ? goal - share * (STAGES - 1) : share) * 100),
        startDate: daysAfter(born, 90 + 30 * place),
        endDate: daysAfter(born, 119 + 30 * place),
        status,
        progress: status === '완료' ? 100 : random.int(0, 90),
      };
    }),
  };
}

function expenses(world: World, random: Random, index: number): Document[] {
  const born = world.time('fundingprojects', index);
  return Array.from({ length: random.int(2, 6) }, (_, place) => ({
    _id: world.partId('expense', 'fundingprojects', index, place),
    category: expenseCategories[(index + place) % expenseCategories.length],
    title: `${random.pick(['스튜디오 대관', '인쇄', '조명', 'Courier', '포스터', '통역'])} ${place + 1}차`,
    description: prose(random, 1),
    amount: world.money(random, random.int(0, 300) * 500_000 + (random.chance(0.1) ? 25 : 0)),
    receipt: random.chance(0.6) ? `/receipts/${index}-${place}.pdf` : null,
    date: daysAfter(born, 95 + 10 * place),
    stage: random.chance(0.8) ? world.partId('stage', 'fundingprojects', index, place % STAGES) : null,
    verified: random.chance(0.5),
  }));
}

function revenue(world: World, random: Random, index: number, pledges: readonly Pledge[], status: string): Document {
  const shared = status === '집행중' || status === '완료';
  const total = shared ? random.int(0, 90_000) * 100_000 : 0;
  const invested = pledges.reduce((sum, pledge) => sum + pledge.hundredths, 0);
  return {
    totalRevenue: world.money(random, total),
    platformFee: 0.05,
    artistShare: random.chance(0.9) ? 0.7 : 0.65,
    backerShare: random.chance(0.9) ? 0.25 : new Double(0.3),
    distributions: (shared ? pledges : pledges.slice(0, 1)).map((pledge, place) => {
      const profit = Math.floor((total * 0.25 * pledge.hundredths) / invested / 100) * 100;
      const distribution = distributionStatuses[(index + place) % distributionStatuses.length];
      return {
        _id: world.partId('distribution', 'fundingprojects', index, place),
        backer: world.id('users', pledge.user),
        ...(random.chance(0.9) ? { userName: world.person(pledge.user).name } : {}),
        originalAmount: world.money(random, pledge.hundredths),
        profitShare: world.money(random, profit),
        totalReturn: world.money(random, pledge.hundredths + profit),
        distributedAt: distribution === '대기' ? null : daysAfter(world.time('fundingprojects', index), 400),
        status: distribution,
      };
    }),
  };
}
