import type { Document, ObjectId } from 'bson';
import {
  projectApprovalStatuses,
  projectCategories,
  projectMilestoneStatuses,
  projectPriorities,
  projectStatuses,
  projectTaskStatuses,
} from '../../../../stages/models/project.ts';
import type { Random } from './random.ts';
import { prose, TAGS, TEAM_ROLES, workTitle } from './words.ts';
import { daysAfter, type World } from './world.ts';

/** One project with two to six tasks, two to four milestones, one to four members and one to three notes. */
export function projectDocument(world: World, index: number): Document {
  const random = world.random('projects', index);
  const born = world.time('projects', index);
  const passed = (index + 1) / world.counts.projects;
  const artist = world.earlierArtistUser(random, passed);
  const anyone = (): ObjectId => world.id('users', world.earlierUser(random, passed));
  const budget = random.int(5, 900) * 100_000;
  const status = projectStatuses[index % projectStatuses.length];
  const approval = projectApprovalStatuses[(index >> 1) % projectApprovalStatuses.length];
  const document: Document = {
    _id: world.id('projects', index),
    title: workTitle(random),
    description: prose(random, random.int(2, 6)),
    artist: world.id('users', artist),
    artistName: world.person(artist).name,
    category: projectCategories[index % projectCategories.length],
    status,
    progress: status === '완료' ? 100 : random.int(0, 99),
    startDate: daysAfter(born, 7),
    endDate: daysAfter(born, 7 + random.int(30, 300)),
    budget: world.money(random, budget * 100),
    spent: world.money(random, Math.floor(budget * random.next()) * 100 + (random.chance(0.1) ? 50 : 0)),
    image: random.chance(0.6) ? `/projects/${index}.jpg` : null,
    approvalStatus: approval,
  };
  if (approval === 'rejected') document['approvalReason'] = prose(random, 1);
  if (approval === 'approved') {
    document['approvedAt'] = daysAfter(born, 5);
    // Some early artists were administrators and let their own projects through.
    const approver = random.chance(0.03) ? artist : world.administrator(random);
    document['approvedBy'] = world.id('users', approver);
  } else if (random.chance(0.2)) document['approvedBy'] = null;
  document['tags'] = random.some(TAGS, random.int(0, 4));
  if (index > world.counts.projects / 4) {
    document['isActive'] = random.chance(0.9);
    document['isPublic'] = random.chance(0.8);
    document['priority'] = projectPriorities[index % projectPriorities.length];
  }
  document['tasks'] = tasks(world, random, index, born, anyone);
  document['milestones'] = milestones(world, random, index, born);
  document['team'] = Array.from({ length: random.int(1, 4) }, (_, place) => ({
    _id: world.partId('team', 'projects', index, place),
    ...(random.chance(0.9) ? { user: anyone() } : {}),
    role: random.pick(TEAM_ROLES),
    joinedAt: daysAfter(born, random.int(0, 30)),
  }));
  document['notes'] = Array.from({ length: random.int(1, 3) }, (_, place) => ({
    _id: world.partId('note', 'projects', index, place),
    content: prose(random, random.int(1, 2)),
    author: random.chance(0.9) ? anyone() : null,
    createdAt: daysAfter(born, random.int(0, 90)),
  }));
  document['createdAt'] = new Date(born);
  document['updatedAt'] = daysAfter(born, random.next() * 120);
  document['__v'] = random.int(0, 9);
  return document;
}

function tasks(world: World, random: Random, index: number, born: number, anyone: () => ObjectId): Document[] {
  return Array.from({ length: random.int(2, 6) }, (_, place) => {
    const status = projectTaskStatuses[(index + place) % projectTaskStatuses.length];
    const done = status === '완료';
    return {
      _id: world.partId('task', 'projects', index, place),
      id: place + 1,
      title: workTitle(random),
      ...(random.chance(0.7) ? { description: prose(random, 1) } : {}),
      status,
      progress: done ? 100 : random.int(0, 95),
      ...(random.chance(0.8) ? { assignedTo: anyone() } : {}),
      dueDate: random.chance(0.8) ? daysAfter(born, 10 * (place + 1)) : null,
      ...(done ? { completedAt: daysAfter(born, 10 * (place + 1) - 2) } : {}),
    };
  });
}

function milestones(world: World, random: Random, index: number, born: number): Document[] {
  return Array.from({ length: random.int(2, 4) }, (_, place) => {
    const status = projectMilestoneStatuses[(index + place) % projectMilestoneStatuses.length];
    return {
      _id: world.partId('milestone', 'projects', index, place),
      id: place + 1,
      title: `${place + 1}. ${workTitle(random)}`,
      ...(random.chance(0.6) ? { description: prose(random, 1) } : {}),
      date: daysAfter(born, 30 * (place + 1)),
      status,
      ...(status === '완료' ? { completedAt: daysAfter(born, 30 * (place + 1) + 1) } : {}),
    };
  });
}
