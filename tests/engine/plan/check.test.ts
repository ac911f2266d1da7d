import { describe, expect, test } from '@jest/globals';
import { InvalidPlan } from '../../../engine/common/errors.ts';
import {
  childTableNotFilled,
  didYouMean,
  idMapOrderDiffers,
  keyNotUuid,
  noSuchColumn,
  noSuchModel,
  noSuchPath,
  noSuchStageOfReference,
  numberOutOfRange,
  refersToLaterStage,
  saidTwice,
  stageWrong,
  tableNotFilled,
} from '../../../engine/messages/engine/plan.ts';
import { definePlan } from '../../../engine/plan/check/define-plan.ts';
import { number, own, reference, text } from '../../../engine/plan/declare.ts';
import type { Plan, Stage } from '../../../engine/plan/stage.ts';
import { plan as platform } from '../../../stages/plan.ts';
import { library } from '../migration/library.ts';

const [author, shelf] = library.stages as [Stage, Stage];
const meant = (name: string) => didYouMean({ name });

function problemsOf(plan: Plan): readonly string[] {
  try {
    definePlan(plan);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidPlan);
    return (error as InvalidPlan).problems.map((problem) => problem.text);
  }
  return [];
}

test('plans that fit their models, their target and themselves have none', () => {
  expect([...problemsOf(library), ...problemsOf(platform)]).toEqual([]);
});

describe('a plan with mistakes', () => {
  const withoutKey = { ...library.target.tables['Book']!, primaryKey: { fields: ['id', 'place'], constraint: 'x' } };
  const spoiledAuthor: Stage = {
    ...author,
    target: { ...library.target, tables: { ...library.target.tables, Book: withoutKey } },
    collectionNumber: 1024,
    tables: [...author.tables, { table: 'Bok', root: 'id' }],
    children: [
      ...author.children,
      { path: 'boks', table: 'Book', collection: 'other' },
      { path: 'books', table: 'Shelf', collection: 'third' },
    ],
    declares: {
      Author: { ...author.declares['Author'], ratng: number('rating'), name: text('nam') },
      Book: author.declares['Book']!,
      Shelf: { id: own() },
    },
    samples: [{ path: 'seen', column: 'sen' }],
  };
  const spoiledShelf: Stage = {
    ...shelf,
    name: 'author',
    tables: [{ table: 'Shelf', root: 'ownr' }],
    declares: { Shelf: { ...shelf.declares['Shelf'], ownerId: reference('owner', 'auther') } },
    columns: { ownr: 'ownerId' },
  };

  test('gets a sentence for each of them at once, with the name that is likely meant', () => {
    const ofAuthor = (why: Parameters<typeof stageWrong>[0]['why']) => stageWrong({ stage: 'author', why }).text;
    expect(problemsOf({ ...library, stages: [spoiledAuthor, spoiledShelf] })).toEqual([
      ofAuthor(keyNotUuid({ table: 'Book' })),
      ofAuthor(noSuchModel({ table: 'Bok', nearest: meant('Book') })),
      ofAuthor(childTableNotFilled({ path: 'books', table: 'Shelf' })),
      ofAuthor(noSuchColumn({ table: 'Author', column: 'ratng', nearest: meant('rating') })),
      ofAuthor(tableNotFilled({ table: 'Shelf', column: 'id' })),
      ofAuthor(noSuchColumn({ table: 'Author', column: 'sen', nearest: meant('seen') })),
      ofAuthor(noSuchPath({ path: 'nam', nearest: meant('name') })),
      ofAuthor(noSuchPath({ path: 'boks', nearest: meant('books') })),
      ofAuthor(noSuchColumn({ table: 'Shelf', column: 'ownr', nearest: '' })),
      ofAuthor(noSuchPath({ path: 'ownr', nearest: meant('owner') })),
      saidTwice({ what: 'name', value: 'author' }).text,
      ofAuthor(numberOutOfRange({ most: 1023 })),
      ofAuthor(noSuchStageOfReference({ path: 'owner', to: 'auther', nearest: meant('author') })),
      idMapOrderDiffers({ missing: ['other', 'third'], needless: [] }).text,
    ]);
  });

  test('is refused where a reference leads to a stage that comes later: its column would be NULL in every row', () => {
    const problems = problemsOf({ ...library, stages: [shelf, author] });
    expect(problems).toEqual([
      stageWrong({ stage: 'shelf', why: refersToLaterStage({ path: 'owner', to: 'author' }) }).text,
    ]);
  });
});
