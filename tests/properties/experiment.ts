import { isDeepStrictEqual } from 'node:util';
import { REFUSAL_CODES } from '../../engine/messages/labels/refusals.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import { relationOf } from '../../engine/plan/stage-tables.ts';
import { tableChecksum } from '../../engine/report/facts/checksums.ts';
import type { Target } from '../../engine/target/target.ts';
import { verifyTotals } from '../../engine/verify/totals/verify-totals.ts';
import { mapStage } from '../../scripts/docs/map-fields.ts';
import { plan as platformPlan } from '../../stages/plan.ts';
import {
  type Engine,
  findingsOf,
  type Migration,
  openEngine,
  type Quarantined,
  quarantineOf,
  rowsOf,
  type TextRow,
} from '../support/run-engine.ts';
import { Accounting, type Holdings, idName } from './accounting.ts';
import { leavingOut } from './on-purpose.ts';
import { type RandomDocument, randomDocuments } from './random-documents.ts';

const plan = leavingOut(platformPlan);

/** What came of an experiment. */
export interface Findings {
  /** What must not be, each with the shape of the document concerned and none of its values. */
  readonly problems: readonly string[];
  /** By stage: documents that moved, and those in quarantine by code. */
  readonly summary: Readonly<Record<string, { readonly moved: number; readonly quarantined: Record<string, number> }>>;
}

/**
 * Migrates random documents, valid and broken ones taking turns, and looks for every value of each in what became of
 * it; then migrates them again, cut into other batches and in another order, and compares.
 * @param documents of each collection; twice as many where others refer to each of them once
 */
export async function experiment(documents: number, seed: number): Promise<Findings> {
  const random = randomDocuments(plan, documents, seed);
  const collections = Object.fromEntries([...random].map(([name, all]) => [name, all.map(({ bytes }) => bytes)]));
  const engine = await openEngine({ collections }, { plan });
  try {
    const migration = await engine.migrate({ batchSize: 200 });
    const problems = [
      ...(await wrongWithVerification(engine, migration)),
      ...(await wrongWithDocuments(engine, random)),
    ];
    const contents = await contentsOf(engine.target);
    const again = await openEngine({ dump: `${engine.folder}/dump` }, { plan });
    try {
      await again.migrate({
        batchSize: 37,
        order: (partitions) => Array.from({ length: partitions }, (_, i) => partitions - 1 - i),
      });
      if (!isDeepStrictEqual(await contentsOf(again.target), contents))
        problems.push('A second run has other results.');
    } finally {
      await again.close();
    }
    return { problems, summary: await summaryOf(engine.target) };
  } finally {
    await engine.close();
  }
}

async function wrongWithVerification(engine: Engine, { runId, differences }: Migration): Promise<string[]> {
  const problems = Object.entries(differences).flatMap(([stage, all]) =>
    all.map(({ kind, where, legacyId }) => `${stage} ${legacyId}: verification says ${kind} ${where}`),
  );
  for (const { name } of plan.stages) {
    for (const total of await verifyTotals(engine, runId, name, { limited: false })) {
      if (total.agree) continue;
      const { what, path, expected, found } = total;
      problems.push(`${name}: the total of ${what} ${path} does not agree: ${expected} expected, ${found} found`);
    }
  }
  return problems;
}

async function wrongWithDocuments({ target }: Engine, random: Map<string, RandomDocument[]>): Promise<string[]> {
  const problems: string[] = [];
  const legacyKeys = new Map<string, string>();
  const quarantine = gathered(await quarantineOf(target), ({ stage, key }) => `${stage} ${key}`);
  const findings = gathered(await findingsOf(target), ({ stage, key }) => `${stage} ${key}`);
  for (const stage of plan.stages) {
    const rows = new Map<string, ReadonlyMap<string, TextRow>>();
    for (const { table } of stage.tables) rows.set(table, await rowsOf(target, table));
    const ids = await idsOf(target, stage);
    const leftovers = await leftoversOf(target, stage);
    for (const entries of ids.values()) for (const { id, key } of entries) legacyKeys.set(id, key);
    const accounting = new Accounting(await mapStage(stage), legacyKeys);
    let entriesOfAll = 0;
    for (const document of random.get(stage.collection)!) {
      const name = `${stage.name} ${document.key}`;
      const tell = (what: string) => problems.push(`${name} [${document.shape.join('; ')}]: ${what}`);
      const entries = ids.get(document.key) ?? [];
      const held = quarantine.get(name) ?? [];
      entriesOfAll += entries.length;
      for (const wrong of wrongWithEnd(document, entries.length > 0, held)) tell(wrong);
      if (entries.length === 0) continue;
      const holdings: Holdings = {
        key: Buffer.from(document.key, 'hex'),
        row: (table, id) => rows.get(table)!.get(id),
        ids: new Map(
          entries.map(({ collection, key, occurrence, id }) => [
            idName(collection, Buffer.from(key, 'hex'), occurrence),
            id,
          ]),
        ),
        findings: gathered(findings.get(name) ?? [], ({ path }) => path),
        leftovers: new Map(
          [...gathered(leftovers.get(document.key) ?? [], ({ path }) => path)].map(([path, all]) => [
            path,
            all.map(({ value }) => value),
          ]),
        ),
      };
      for (const path of accounting.lost(document.bytes, holdings)) tell(`lost ${path}`);
    }
    const rowsOfAll = [...rows.values()].reduce((sum, { size }) => sum + size, 0);
    if (rowsOfAll !== entriesOfAll) problems.push(`${stage.name}: ${rowsOfAll} rows, ${entriesOfAll} in the ID map`);
  }
  return problems;
}

/** Every document ends in exactly one of two ways, and a sound one moves. */
function wrongWithEnd(document: RandomDocument, moved: boolean, held: readonly Quarantined[]): string[] {
  const wrong: string[] = [];
  if (moved === held.length > 0 || held.length > 1) wrong.push(`moved: ${moved}, times in quarantine: ${held.length}`);
  if (document.sound && !moved) wrong.push(`is sound, and did not move: ${held[0]?.code} ${held[0]?.path}`);
  for (const { code, state, document: kept } of held) {
    if (!(code in REFUSAL_CODES) || code === 'contested' || state !== 'open')
      wrong.push(`in quarantine as ${code}, ${state}`);
    if (kept !== document.bytes.toString('hex')) wrong.push('is not kept byte for byte');
  }
  return wrong;
}

interface Entry {
  readonly collection: string;
  readonly key: string;
  readonly occurrence: number;
  readonly id: string;
}

/** The ID map of a stage by the root’s key. */
async function idsOf(target: Target, stage: Stage): Promise<Map<string, Entry[]>> {
  const collections = [stage.idCollection, ...stage.children.map(({ collection }) => collection)];
  const rows = await target.query(
    `SELECT collection, encode(parent_key, 'hex'), encode(legacy_key, 'hex'), occurrence::text, prisma_id
     FROM migration_id_map WHERE collection = ANY($1::text[])`,
    [collections],
  );
  const entries = rows.map(([collection, parent, key, occurrence, id]) => ({
    ...{ root: parent || key!, collection: collection!, key: key!, occurrence: Number(occurrence), id: id! },
  }));
  return gathered(entries, ({ root }) => root);
}

async function leftoversOf(target: Target, stage: Stage) {
  const rows = await target.query(
    `SELECT encode(legacy_key, 'hex'), path, encode(value, 'hex') FROM migration_leftover WHERE collection = $1`,
    [stage.collection],
  );
  return gathered(
    rows.map(([key, path, value]) => ({ key: key!, path: path!, value: value! })),
    ({ key }) => key,
  );
}

function gathered<T>(all: readonly T[], nameOf: (one: T) => string): Map<string, T[]> {
  const by = new Map<string, T[]>();
  for (const one of all) {
    const name = nameOf(one);
    const group = by.get(name);
    if (group) group.push(one);
    else by.set(name, [one]);
  }
  return by;
}

/** Checksums of all tables, the quarantine, and the findings. */
async function contentsOf(target: Target): Promise<unknown[]> {
  const contents: unknown[] = [];
  for (const stage of plan.stages) {
    for (const { table } of stage.tables)
      contents.push(await tableChecksum(target.query, { table, relation: relationOf(stage, table) }));
  }
  for (const { stage, key, code, path, cause } of await quarantineOf(target))
    contents.push([stage, key, code, path, cause]);
  for (const { stage, key, code, path, old } of await findingsOf(target)) contents.push([stage, key, code, path, old]);
  return contents;
}

async function summaryOf(target: Target): Promise<Findings['summary']> {
  const counted = await target.query(
    `SELECT stage, code, count(*)::text FROM migration_quarantine GROUP BY stage, code ORDER BY count(*) DESC, code`,
    [],
  );
  const moved = await target.query(
    `SELECT collection, count(*)::text FROM migration_id_map WHERE parent_key = '' GROUP BY collection`,
    [],
  );
  return Object.fromEntries(
    plan.stages.map(({ name, idCollection }) => [
      name,
      {
        moved: Number(moved.find(([collection]) => collection === idCollection)?.[1] ?? 0),
        quarantined: Object.fromEntries(
          counted.filter(([stage]) => stage === name).map(([, code, count]) => [code!, Number(count)]),
        ),
      },
    ]),
  );
}
