import type { Document } from 'bson';
import { copySegment, type SegmentResult } from '../../engine/copy/copy-segment.ts';
import type { SegmentLimits } from '../../engine/copy/overlap.ts';
import { keyOf, type LegacyKey } from '../../engine/document/legacy-key.ts';
import type { Source } from '../../engine/source/source.ts';
import type { Fence } from '../../engine/state/run/checkpoint.ts';
import { savePlanned } from '../../engine/state/run/planned.ts';
import { byCommand } from '../../engine/state/run/run-writer.ts';
import type { Target } from '../../engine/target/target.ts';
import { plan } from '../../stages/plan.ts';
import type { Given } from '../support/data/platform-documents.ts';
import { epochOf } from '../support/data/writers.ts';
import { type Engine, rangesOf } from '../support/run-engine.ts';

/** Documents by collection, all collections there. */
export function collectionsOf(all: readonly Given[]): Record<string, Document[]> {
  const collections: Record<string, Document[]> = {};
  for (const { collection } of plan.stages) collections[collection] = [];
  for (const { collection, document } of all) collections[collection]!.push(document);
  return collections;
}

/** `count` users, numbered in the order of `_id`: `name` is `user <n>`. */
export function usersOf(count: number, fields: (n: number) => Document = () => ({})): Document[] {
  return Array.from({ length: count }, (_, n) => ({
    _id: n,
    ...{ name: `user ${n}`, email: `user${n}@example.com`, password: 'x' },
    ...{ createdAt: new Date(0), updatedAt: new Date(0) },
    ...fields(n),
  }));
}

export const keyOfGiven = ({ document }: Given): LegacyKey => keyOf(document['_id']);
export const stageNamed = (name: string) => plan.stages.find((stage) => stage.name === name)!;
export const fence = (sequence: number, attempt = 1, epoch = 1): Fence => ({ epoch, sequence, attempt });

/** What one segment may have otherwise than the engine around it. */
export interface SegmentOptions extends Partial<SegmentLimits> {
  readonly partition?: number;
  readonly target?: Target;
  readonly source?: Source;
  readonly onBatch?: () => void;
}

/** Copies one segment of a stage; 0 milliseconds, so that it is one batch, unless said otherwise. */
export function copyOnce(
  engine: Engine,
  runId: string,
  stage: string,
  by: Fence,
  options: SegmentOptions = {},
): Promise<SegmentResult> {
  const { target = engine.target, source = engine.source, partition = 0, onBatch = () => {}, ...limits } = options;
  const context = { plan: engine.plan, stage: stageNamed(stage), source, target, skipExisting: true };
  const whole = { batchSize: 50, milliseconds: 0, signal: new AbortController().signal, ...limits };
  return copySegment(context, { runId, stage, partition }, by, whole, onBatch);
}

/** Plans a stage in partitions of at most `size` documents. */
export async function planned(engine: Engine, runId: string, stage: string, size = 1_000_000): Promise<number> {
  const partitions = await rangesOf(size)(engine.source, stageNamed(stage).collection);
  await savePlanned(
    engine.target,
    byCommand({ id: runId, epoch: await epochOf(engine.target, runId) }),
    stage,
    partitions,
  );
  return partitions.length;
}

/** The first column of a statement's answer. */
export async function column(target: Target, sql: string, params: readonly unknown[] = []): Promise<(string | null)[]> {
  return (await target.query(sql, params)).map(([value]) => value!);
}
