import { boxed } from '../../document/boxed.ts';
import { COUNTED, type Finding, type FindingCode } from '../../document/findings/finding.ts';
import { generalPath } from '../../document/findings/path.ts';
import { type LegacyKey, showKey } from '../../document/legacy-key.ts';
import type { Leftover } from '../../plan/checked-document.ts';
import { type CopyIn, copyBytes, copyOf, copyText } from '../../target/copy-in.ts';

const SAMPLES_PER_PATH = 3;
const SAMPLES = 100;

/** A sample of a counted finding, as the partition's row keeps it. */
export interface FindingSample {
  readonly code: FindingCode;
  readonly path: string;
  readonly legacyId: string;
}

/** Adds a document's findings to counters and samples. */
export function countFindings(
  key: LegacyKey,
  findings: readonly Finding[],
  counters: Partial<Record<string, number>>,
  samples: FindingSample[],
): void {
  for (const { code, path, times = 1 } of findings) {
    counters[code] = (counters[code] ?? 0) + times;
    if (!COUNTED.has(code) || samples.length >= SAMPLES) continue;
    const general = generalPath(path);
    const alike = samples.filter((sample) => sample.code === code && sample.path === general).length;
    const wanted = Math.min(times, SAMPLES_PER_PATH - alike, SAMPLES - samples.length);
    for (let n = 0; n < wanted; n++) samples.push({ code, path: general, legacyId: showKey(key) });
  }
}

/** One document's share of a COPY of findings or leftovers. */
export interface Noted<T> {
  readonly key: LegacyKey;
  readonly noted: readonly T[];
}

/** The findings that are kept one by one, for a COPY. */
export function findingsToCopy(runId: string, stage: string, documents: readonly Noted<Finding>[]): CopyIn[] {
  return copyOf(
    'COPY migration_finding (run_id, stage, legacy_key, path, code, old_value, note) FROM STDIN',
    findingLines(runId, stage, documents),
  );
}

function* findingLines(runId: string, stage: string, documents: readonly Noted<Finding>[]): Generator<string> {
  for (const { key, noted } of documents) {
    const head = `${runId}\t${stage}\t${copyBytes(key)}`;
    for (const { path, code, oldValue, note } of noted) {
      if (COUNTED.has(code)) continue;
      const old = copyBytes(oldValue === undefined ? null : boxed(oldValue));
      yield `${head}\t${copyText(path)}\t${code}\t${old}\t${note === undefined ? NULL : copyText(note)}\n`;
    }
  }
}

/** The values that have no column, for a COPY. */
export function leftoversToCopy(runId: string, collection: string, documents: readonly Noted<Leftover>[]): CopyIn[] {
  return copyOf(
    'COPY migration_leftover (run_id, collection, legacy_key, path, value, name) FROM STDIN',
    leftoverLines(runId, collection, documents),
  );
}

function* leftoverLines(runId: string, collection: string, documents: readonly Noted<Leftover>[]): Generator<string> {
  for (const { key, noted } of documents) {
    const head = `${runId}\t${collection}\t${copyBytes(key)}`;
    for (const { path, value, dotted } of noted) {
      yield `${head}\t${copyText(path)}\t${copyBytes(boxed(value))}\t${dotted === undefined ? NULL : copyText(dotted)}\n`;
    }
  }
}

const NULL = copyBytes(null);
