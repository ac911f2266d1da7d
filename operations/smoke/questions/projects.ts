import { QUESTIONS } from '../../../engine/messages/labels/report.ts';
import { ProjectStatus } from '../../../prisma/generated/client/enums.ts';
import { projectStatuses } from '../../../stages/models/project.ts';
import { labelOf } from '../../../stages/platform.ts';
import { columnsOf, fieldsOf, Ranked, reference } from '../answers/answer.ts';
import { defineSmokeTest } from '../define.ts';

interface Page {
  readonly status: (typeof projectStatuses)[number];
  /** Only projects that end at this time or later. */
  readonly from: Date;
  readonly page: number;
}

const PAGE_SIZE = 10;
const READS = ['status', 'endDate'] as const;
const FIELDS = ['title', 'artistName', 'progress', 'startDate', 'endDate', 'budget', 'isPublic', 'tags'] as const;

export const projectList = defineSmokeTest<Page>({
  name: 'project-list',
  description: QUESTIONS['project-list'].en,
  models: ['user', 'project'],
  draw: async (n, from) =>
    (await from.documents('project', n)).flatMap((project) => {
      const [status, endDate] = [project.get('status'), project.get('endDate')];
      if (!projectStatuses.includes(status) || !(endDate instanceof Date)) return [];
      // A third of the pages begins with the first project of its status.
      const start = from.number(3) === 0 ? new Date(0) : endDate;
      return [{ status: status as Page['status'], from: start, page: from.number(2) }];
    }),
  legacy: async (source, { status, from, page }) => {
    const found = await source.find(
      'project',
      { status, endDate: { $gte: from } },
      { sort: { endDate: 1, _id: 1 }, skip: page * PAGE_SIZE, limit: PAGE_SIZE, reads: READS },
    );
    const records = found.map((project) => ({
      ...{ _id: reference('project', project._id), status: project.get('status') },
      ...{ category: project.get('category'), priority: project.get('priority') },
      artist: reference('user', project.get('artist')),
      ...fieldsOf(project, FIELDS),
    }));
    return new Ranked(records, 'endDate', found.length === PAGE_SIZE);
  },
  prisma: async (target, { status, from, page }) => {
    const found = await target.page(
      'project',
      { reads: READS, skip: page * PAGE_SIZE, limit: PAGE_SIZE },
      ({ skip, take }) =>
        target.client.project.findMany({
          where: { status: memberOf(status), endDate: { gte: from } },
          orderBy: [{ endDate: 'asc' }, { id: 'asc' }],
          skip,
          take,
        }),
    );
    const records = found.map((project) => ({
      ...{ _id: project.id, status: labelOf('ProjectStatus', project.status) },
      ...{ category: labelOf('ProjectCategory', project.category), priority: labelOf('Priority', project.priority) },
      artist: project.artistId,
      ...columnsOf(project, FIELDS),
    }));
    return new Ranked(records, 'endDate', found.length === PAGE_SIZE);
  },
});

function memberOf(label: Page['status']): ProjectStatus {
  return Object.values(ProjectStatus).find((member) => labelOf('ProjectStatus', member) === label)!;
}
