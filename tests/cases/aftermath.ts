import { expect } from '@jest/globals';
import { type Document, serialize } from 'bson';
import type { FindingCode } from '../../engine/document/findings/finding.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import type { Query } from '../../engine/target/query.ts';
import type { Target } from '../../engine/target/target.ts';
import { plan } from '../../stages/plan.ts';
import { type Found, findingsOf, type Quarantined, quarantineOf, rowsOf, type TextRow } from '../support/run-engine.ts';
import type { Expected } from './read-cases.ts';

/** All that a migration left in its target. */
export interface Aftermath {
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, TextRow>>;
  /** Ids of root rows by `stage key`. */
  readonly ids: ReadonlyMap<string, string>;
  readonly quarantine: ReadonlyMap<string, Quarantined>;
  readonly findings: ReadonlyMap<string, readonly Found[]>;
  /** `path hex` of each document. */
  readonly leftovers: ReadonlyMap<string, readonly string[]>;
}

function stageOf(collection: string): Stage {
  return plan.stages.find((stage) => stage.collection === collection)!;
}

export async function readAftermath(target: Pick<Target, 'query'>): Promise<Aftermath> {
  const rows = new Map<string, ReadonlyMap<string, TextRow>>();
  for (const { table } of plan.stages.flatMap(({ tables }) => tables)) rows.set(table, await rowsOf(target, table));
  const quarantine = await quarantineOf(target);
  return {
    rows,
    ids: await rootIds(target.query),
    quarantine: new Map(quarantine.map((held) => [`${held.stage} ${held.key}`, held])),
    findings: gathered(await findingsOf(target), ({ stage, key }) => `${stage} ${key}`),
    leftovers: await leftoversOf(target.query),
  };
}

async function rootIds(query: Query): Promise<Map<string, string>> {
  const found = await query(
    `SELECT collection, encode(legacy_key, 'hex'), prisma_id FROM migration_id_map WHERE parent_key = ''`,
    [],
  );
  const stages = new Map(plan.stages.map(({ idCollection, name }) => [idCollection, name]));
  return new Map(found.map(([collection, key, id]) => [`${stages.get(collection!)} ${key}`, id!]));
}

async function leftoversOf(query: Query): Promise<Map<string, string[]>> {
  const found = await query(
    `SELECT collection, encode(legacy_key, 'hex'), path, encode(value, 'hex') FROM migration_leftover`,
    [],
  );
  const kept = found.map(([collection, key, path, value]) => ({
    of: `${stageOf(collection!).name} ${key}`,
    line: `${path} ${value}`,
  }));
  return new Map([...gathered(kept, ({ of }) => of)].map(([of, all]) => [of, all.map(({ line }) => line)]));
}

function gathered<T>(all: readonly T[], nameOf: (one: T) => string): Map<string, T[]> {
  const by = new Map<string, T[]>();
  for (const one of all) by.set(nameOf(one), [...(by.get(nameOf(one)) ?? []), one]);
  return by;
}

/** Findings that no row is written for; a finding's line is `code path`. */
const COUNTED: readonly string[] = ['default', 'unknownField', 'fromId', 'fromCreatedAt'] satisfies FindingCode[];
export const codeOf = (line: string) => line.split(' ')[0]!;
export const isCounted = (line: string) => COUNTED.includes(codeOf(line));

/** A document's name in an aftermath: `stage key`. */
export function nameOf({ collection, key }: { readonly collection: string; readonly key: string }): string {
  return `${stageOf(collection).name} ${key}`;
}

/** Holds what became of one document against what had to become of it. */
export function expectOutcome(after: Aftermath, wanted: Expected): void {
  const stage = stageOf(wanted.collection);
  const name = nameOf(wanted);
  const held = after.quarantine.get(name);
  const id = after.ids.get(name);
  if (wanted.quarantine) {
    expect({ held, id }).toMatchObject({ held: { state: 'open', ...wanted.quarantine }, id: undefined });
    return;
  }
  expect({ held, moved: id !== undefined }).toEqual({ held: undefined, moved: true });
  for (const [table, expected] of Object.entries(wanted.rows ?? {})) {
    const { root } = stage.tables.find((one) => one.table === table)!;
    const rows = [...after.rows.get(table)!.values()].filter((row) => row[root] === id);
    expect(rows).toHaveLength(expected.length);
    expect(rows).toEqual(expect.arrayContaining(expected.map((row) => expect.objectContaining(row))));
  }
  const found = (after.findings.get(name) ?? []).map(({ code, path }) => `${code} ${path}`);
  expect(found.sort()).toEqual(findingLines(wanted).filter((line) => !isCounted(line)));
  const kept = Object.entries(wanted.kept).map(([path, v]) => `${path} ${hexOf({ v })}`);
  kept.push(...Object.entries(wanted.keptBson).map(([path, hex]) => `${path} ${hex}`));
  expect(after.leftovers.get(name) ?? []).toEqual(expect.arrayContaining(kept));
}

/** `code path`, sorted. */
export function findingLines({ findings }: Pick<Expected, 'findings'>): string[] {
  return Object.entries(findings)
    .flatMap(([code, paths]) => paths.map((path) => `${code} ${path}`))
    .sort();
}

const hexOf = (document: Document) => Buffer.from(serialize(document, { ignoreUndefined: false })).toString('hex');
