import type { Table } from '../../../prisma/model/target-model.ts';
import {
  childTableNotFilled,
  keyNotUuid,
  noSuchColumn,
  noSuchModel,
  noSuchPath,
  stageWrong,
  tableNotFilled,
} from '../../messages/engine/plan.ts';
import type { Message } from '../../messages/message.ts';
import type { Fields } from '../model-fields.ts';
import type { Stage } from '../stage.ts';
import { nearest } from './nearest.ts';

/** A message for everything that a stage says of its tables and paths and that its target or its model contradicts. */
export function stageProblems(stage: Stage): Message[] {
  const known = new Set(pathsUnder(stage.fields, ''));
  const problems = [
    ...stage.tables.flatMap((one) => tableProblems(stage, one)),
    ...stage.children.flatMap(({ path, table }) =>
      stage.tables.some((one) => one.table === table) ? [] : [childTableNotFilled({ path, table })],
    ),
    ...columnsSaid(stage).flatMap(([table, column]) => columnProblems(stage, table, column)),
    ...[...new Set(pathsSaid(stage))]
      .filter((path) => !known.has(path))
      .map((path) => noSuchPath({ path, nearest: nearest(path, [...known]) })),
  ];
  return problems.map((why) => stageWrong({ stage: stage.name, why }));
}

function tableProblems({ target }: Stage, { table, root }: Stage['tables'][number]): Message[] {
  const described = target.tables[table];
  if (described === undefined) return [noSuchModel({ table, nearest: nearest(table, Object.keys(target.tables)) })];
  const [key, ...more] = described.primaryKey.fields;
  const isUuid = described.columns.some(({ field, kind }) => field === key && kind === 'uuid');
  return [
    ...(isUuid && more.length === 0 ? [] : [keyNotUuid({ table })]),
    ...(described.columns.some(({ field }) => field === root) ? [] : [unknownColumn(described, root)]),
  ];
}

const unknownColumn = ({ model, columns }: Table, column: string) =>
  noSuchColumn({
    table: model,
    column,
    nearest: nearest(
      column,
      columns.map(({ field }) => field),
    ),
  });

function columnProblems({ target, tables }: Stage, table: string, column: string): Message[] {
  if (!tables.some((one) => one.table === table)) return [tableNotFilled({ table, column })];
  const described = target.tables[table];
  // Said of the table itself.
  if (described === undefined) return [];
  return described.columns.some(({ field }) => field === column) ? [] : [unknownColumn(described, column)];
}

/** Each column that the stage names, with its table. */
function columnsSaid({ tables, declares, samples, normalised }: Stage): [table: string, column: string][] {
  const root = tables[0]!.table;
  return [
    ...Object.entries(declares).flatMap(([table, columns]) =>
      Object.keys(columns).map((column): [string, string] => [table, column]),
    ),
    ...[...samples, ...normalised].map(({ column }): [string, string] => [root, column]),
  ];
}

/** Each path that the stage names. */
function pathsSaid({ declares, children, columns, samples, normalised, subReferences }: Stage): string[] {
  const declared = Object.values(declares).flatMap((table) => Object.values(table));
  return [
    ...declared.flatMap((one) => ('path' in one ? [one.path] : [])),
    ...declared.flatMap((one) => (one.kind === 'group' ? one.members.map((name) => `${one.path}.${name}`) : [])),
    ...children.map(({ path }) => path),
    ...Object.keys(columns),
    ...[...samples, ...normalised].map(({ path }) => path),
    ...subReferences.flatMap(({ path, within }) => [path, within]),
  ];
}

function* pathsUnder(fields: Fields, prefix: string): Generator<string> {
  for (const [name, field] of fields) {
    const path = prefix + name;
    yield path;
    if (field.kind === 'nested' || field.kind === 'documents') yield* pathsUnder(field.fields, `${path}.`);
  }
}
