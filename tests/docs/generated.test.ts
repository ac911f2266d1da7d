import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Field, Fields } from '../../engine/plan/model-fields.ts';
import type { RowBuilder } from '../../engine/plan/row-builder.ts';
import { shownPath } from '../../engine/transform/probe/probe-document.ts';
import { configurationPage } from '../../scripts/docs/configuration-page.ts';
import { fieldMappingPage } from '../../scripts/docs/field-mapping-page.ts';
import { mapStage } from '../../scripts/docs/map-fields.ts';
import { generatedPages } from '../../scripts/docs/pages.ts';
import { plan } from '../../stages/plan.ts';
import { project } from '../support/scripts.ts';

const text = (path: string) => readFile(join(project, path), 'utf8');

/** Every field of a model as the page writes it, groups included. */
function pathsOf(fields: Fields, prefix = ''): string[] {
  return [...fields].flatMap(([name, field]: [string, Field]) => {
    const path = prefix + name;
    if (field.kind === 'nested') return pathsOf(field.fields, `${path}.`);
    return field.kind === 'documents' ? [path, ...pathsOf(field.fields, `${path}[].`)] : [path];
  });
}

/** The sections of the page by stage. */
function sectionsOf(page: string): Map<string, string> {
  const sections = page.split(/^## /m).slice(1);
  return new Map(
    plan.stages.map(({ collection, name }) => [name, sections.find((one) => one.startsWith(`${collection} →`))!]),
  );
}

describe('the generated pages', () => {
  test('are what the generator writes now (else: npm run docs)', async () => {
    for (const [path, generated] of await generatedPages()) expect(await text(path)).toBe(generated);
  });

  test('have a row for every field of every model', async () => {
    const sections = sectionsOf(await text('docs/field-mapping.md'));
    for (const stage of plan.stages) {
      for (const path of pathsOf(stage.fields)) expect(sections.get(stage.name)).toContain(`| \`${path}\` |`);
    }
  });

  test('name every column of every table that the plan fills', async () => {
    const page = await text('docs/field-mapping.md');
    for (const { table } of plan.stages.flatMap((stage) => stage.tables)) {
      for (const { field } of plan.target.tables[table]!.columns) expect(page).toContain(`\`${table}.${field}\``);
    }
  });

  test('name every setting of our own that the sources read', async () => {
    const page = await text('docs/configuration.md');
    const sources = ['programs/cache', 'programs/download', 'mongodb', 'postgres', 'temporal'].map(
      (name) => `scripts/servers/${name}.ts`,
    );
    const read = (await Promise.all(sources.map(text))).join('\n');
    const names = new Set(read.match(/\bMONGO_TO_PRISMA_\w+/g));
    expect(names.size).toBeGreaterThan(3);
    for (const name of names) expect(page).toContain(`\`${name}\``);
  });
});

describe('the field mapping', () => {
  const [, artist, project, fundingProject, payment] = plan.stages;
  const columnsOf = async (stage: (typeof plan.stages)[number], path: string) => {
    const { fields } = await mapStage(stage);
    const { to, decides, within } = fields.find(({ placed }) => shownPath(placed.place) === path)!;
    const names = (all: typeof to) => all.map(({ table, column }) => `${table}.${column.field}`);
    return { to: names(to), decides: names(decides), within };
  };

  test('finds renamed columns by running the transform', async () => {
    expect((await columnsOf(artist!, 'genre')).to).toEqual(['Artist.genres']);
    expect((await columnsOf(project!, 'artist')).to).toEqual(['Project.artistId']);
    expect((await columnsOf(project!, 'milestones[].date')).to).toEqual(['ProjectMilestone.scheduledDate']);
  });

  test('finds the array that a reference inside the document names', async () => {
    const reward = await columnsOf(fundingProject!, 'backers[].reward');
    expect(reward).toEqual({ to: ['Pledge.rewardId'], decides: [], within: 'rewards' });
    const stage = await columnsOf(fundingProject!, 'expenseRecords[].stage');
    expect(stage).toEqual({ to: ['FundingProjectExpenseRecord.stageId'], decides: [], within: 'executionPlan.stages' });
  });

  test('tells a column that holds a field from one that only depends on it', async () => {
    expect(await columnsOf(payment!, 'amount')).toMatchObject({
      to: ['Payment.amount'],
      decides: ['Payment.pledgeId'],
    });
    expect(await columnsOf(fundingProject!, 'backers[].user')).toMatchObject({
      to: ['Pledge.userId'],
      decides: ['FundingProjectDistribution.pledgeId'],
    });
  });

  test('refuses to be written when a stage leaves a field out', async () => {
    const [user] = plan.stages;
    const transform = (document: object, to: RowBuilder) => user!.transform({ ...document, bio: null } as never, to);
    const lossy = { ...plan, stages: [{ ...user!, transform }] };
    await expect(fieldMappingPage(lossy)).rejects.toThrow('users.bio, User.bio');
  });
});

describe('the configuration page', () => {
  test('refuses to be written when an input field has no description', async () => {
    const messages = await text('workflows/messages/definitions.ts');
    const bare = messages.replace(/\/\*\* Partitions of a stage .*? \*\/\n/, '');
    expect(bare).not.toBe(messages);
    expect(() => configurationPage(bare)).toThrow('parallelism');
  });
});
