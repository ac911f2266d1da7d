import type { Checked } from '../engine/plan/row-types.ts';
import { projectColumns } from './declared/project.ts';
import { project as model, type ProjectDocument } from './models/project.ts';
import { noteDateOrder, noteRepeatedNumbers } from './notes.ts';
import { defineStage, member, type RowBuilder } from './platform.ts';

type Document = Checked<ProjectDocument>;

/** projects → Project, ProjectTask, ProjectMilestone, ProjectTeamMember, ProjectNote. */
export const project = defineStage<ProjectDocument>({
  name: 'project',
  version: '1',
  collection: 'projects',
  model,
  idCollection: 'project',
  collectionNumber: 3,
  tables: [
    { table: 'Project', root: 'id' },
    { table: 'ProjectTask', root: 'projectId' },
    { table: 'ProjectMilestone', root: 'projectId' },
    { table: 'ProjectTeamMember', root: 'projectId' },
    { table: 'ProjectNote', root: 'projectId' },
  ],
  children: [
    { path: 'tasks', table: 'ProjectTask', collection: 'projectTask' },
    { path: 'milestones', table: 'ProjectMilestone', collection: 'projectMilestone' },
    { path: 'team', table: 'ProjectTeamMember', collection: 'projectTeam' },
    { path: 'notes', table: 'ProjectNote', collection: 'projectNote' },
  ],
  columns: {
    artist: 'artistId',
    approvedBy: 'approvedById',
    'tasks.id': 'taskNumber',
    'tasks.assignedTo': 'assigneeId',
    'milestones.id': 'milestoneNumber',
    'milestones.date': 'scheduledDate',
    'team.user': 'userId',
    'notes.author': 'authorId',
  },
  declares: projectColumns,
  samples: [
    { path: 'title', column: 'title' },
    { path: 'artist', column: 'artistId' },
    { path: 'artistName', column: 'artistName', masked: 'text' },
    { path: 'status', column: 'status' },
    { path: 'budget', column: 'budget' },
    { path: 'endDate', column: 'endDate' },
  ],
  transform(document, to) {
    noteDateOrder(document, to);
    to.row('Project', {
      id: to.id,
      title: document.title,
      description: document.description,
      artistId: to.required(document.artist),
      artistName: document.artistName,
      category: member('ProjectCategory', document.category),
      status: member('ProjectStatus', document.status),
      progress: to.percentage(document.progress, 'progress'),
      startDate: document.startDate,
      endDate: document.endDate,
      budget: to.money(document.budget, 'budget'),
      spent: to.money(document.spent, 'spent'),
      image: document.image,
      approvalStatus: member('ApprovalStatus', document.approvalStatus),
      approvalReason: document.approvalReason,
      approvedAt: document.approvedAt,
      approvedById: to.optional(document.approvedBy),
      tags: document.tags,
      isActive: document.isActive,
      isPublic: document.isPublic,
      priority: member('Priority', document.priority),
      createdAt: document.createdAt,
      updatedAt: document.updatedAt,
    });
    tasks(document, to);
    milestones(document, to);
    team(document, to);
    notes(document, to);
  },
});

function tasks(document: Document, to: RowBuilder): void {
  noteRepeatedNumbers('tasks', document.tasks, to);
  for (const task of to.children('tasks', document.tasks)) {
    to.row('ProjectTask', {
      id: task.rowId,
      projectId: to.id,
      taskNumber: to.integer(task.id, `${task.at}.id`),
      title: task.title,
      description: task.description,
      status: member('TaskStatus', task.status),
      progress: to.percentage(task.progress, `${task.at}.progress`),
      assigneeId: to.optional(task.assignedTo),
      dueDate: task.dueDate,
      completedAt: task.completedAt,
    });
  }
}

function milestones(document: Document, to: RowBuilder): void {
  noteRepeatedNumbers('milestones', document.milestones, to);
  for (const milestone of to.children('milestones', document.milestones)) {
    to.row('ProjectMilestone', {
      id: milestone.rowId,
      projectId: to.id,
      milestoneNumber: to.integer(milestone.id, `${milestone.at}.id`),
      title: milestone.title,
      description: milestone.description,
      scheduledDate: milestone.date,
      status: member('MilestoneStatus', milestone.status),
      completedAt: milestone.completedAt,
    });
  }
}

function team(document: Document, to: RowBuilder): void {
  for (const teammate of to.children('team', document.team)) {
    to.row('ProjectTeamMember', {
      id: teammate.rowId,
      projectId: to.id,
      userId: to.optional(teammate.user),
      role: teammate.role,
      joinedAt: teammate.joinedAt,
    });
  }
}

function notes(document: Document, to: RowBuilder): void {
  for (const note of to.children('notes', document.notes)) {
    to.row('ProjectNote', {
      id: note.rowId,
      projectId: to.id,
      content: note.content,
      authorId: to.optional(note.author),
      createdAt: note.createdAt,
    });
  }
}
