import { tenths } from '../../common/figures.ts';
import { together } from '../../common/together.ts';
import { runUnknown } from '../../messages/commands/databases.ts';
import { notEndedYet } from '../../messages/engine/verdict.ts';
import type { Plan } from '../../plan/stage.ts';
import { relationOf } from '../../plan/stage-tables.ts';
import type { Kept } from '../../state/run/run-facts.ts';
import { inWords, type JudgedVerdict, readVerdict, type Verdict } from '../../state/run/verdict.ts';
import { isoText } from '../../target/iso-text.ts';
import { longRead } from '../../target/long-read.ts';
import type { Query } from '../../target/query.ts';
import type { Target } from '../../target/target.ts';
import { judge } from '../../verdict/judge.ts';
import type { SmokeFacts } from '../../verdict/smoke-record.ts';
import { type CensusFacts, censusFacts } from './census-facts.ts';
import { checklistOf } from './checklist.ts';
import type { ChecklistItem } from './checklist-types.ts';
import { CHECKSUM_METHOD, type TableChecksum, tableChecksums } from './checksums.ts';
import {
  type FindingFacts,
  findingFacts,
  type LeftoverFacts,
  leftoverFacts,
  type QuarantineFacts,
  quarantineFacts,
} from './document-facts.ts';
import { DOWNTIME, type DowntimeFacts, downtimeFacts } from './downtime.ts';
import { type Made, madeNow } from './made.ts';
import type { ReportMessages } from './report-messages.ts';
import type { RunFacts } from './run-facts.ts';
import { COURSE, type Course, courseOf, entryMessagesOf } from './run-record.ts';
import { SMOKE_TESTS } from './smoke-facts.ts';
import { type StageFacts, stageFacts } from './stage-facts.ts';

/** Everything that a report says, as JSON. No document's values are in it, but for samples, which are masked. */
export interface Facts {
  readonly format: 2;
  readonly made: Made;
  readonly verdict: Verdict;
  readonly run: RunFacts;
  readonly stages: readonly StageFacts[];
  /** What the documents of each verified stage are made of, and where it went. */
  readonly census: readonly CensusFacts[];
  readonly course: Course;
  /** What of the run happened when, and how long the platform could not be written to. */
  readonly downtime: DowntimeFacts;
  /** Null when the platform's queries were not put to both databases. */
  readonly smokeTests: SmokeFacts | null;
  readonly checklist: readonly ChecklistItem[];
  readonly quarantine: readonly QuarantineFacts[];
  readonly findings: readonly FindingFacts[];
  readonly leftovers: readonly LeftoverFacts[];
  readonly tables: readonly TableChecksum[];
  readonly checksumMethod: string;
  /** Entries of the ID map by collection, in the order of prisma-id-mapping.json. */
  readonly idMap: Readonly<Record<string, number>>;
}

/** Facts, and those of their sentences as data that the facts hold in English. */
export interface Told {
  readonly facts: Facts;
  readonly messages: ReportMessages;
}

/** As `collectReport`, without its messages. @throws RangeError when there is no such run */
export async function collectFacts(target: Target, plan: Plan, runId: string): Promise<Facts> {
  return (await collectReport(target, plan, runId)).facts;
}

/**
 * Reads a run's facts from the target, all from one snapshot: what a report says can be made again at any time, on any
 * host. Totals and samples are those that the run kept under `facts.totals.<stage>` and `facts.samples.<stage>`.
 * @param noting what is being noted in the run meanwhile, which that snapshot does not show yet
 * @throws RangeError when there is no such run
 */
export function collectReport(
  target: Target,
  plan: Plan,
  runId: string,
  { signal, noting = Promise.resolve({}) }: { signal?: AbortSignal | undefined; noting?: Promise<Kept['facts']> } = {},
): Promise<Told> {
  const summed = plan.stages.flatMap((stage) =>
    stage.tables.map(({ table }) => ({ table, relation: relationOf(stage, table) })),
  );
  return longRead(
    target,
    async (query) => {
      const [tables, { facts, messages }] = await together(
        tableChecksums(target, query, summed, signal),
        otherFacts(query, plan, runId, noting),
      );
      return { facts: { ...facts, tables, checksumMethod: CHECKSUM_METHOD }, messages };
    },
    signal,
  );
}

/** All but the checksums. */
async function otherFacts(
  query: Query,
  plan: Plan,
  runId: string,
  noting: Promise<Kept['facts']>,
): Promise<{ facts: Omit<Facts, 'tables' | 'checksumMethod'>; messages: ReportMessages }> {
  const { run, kept, verdict } = await runFacts(query, runId);
  const stages = [];
  for (const stage of plan.stages) stages.push(await stageFacts(query, runId, stage, kept));
  const census: (CensusFacts | null)[] = [];
  for (const stage of plan.stages) census.push(await censusFacts(query, runId, stage));
  const quarantine = await quarantineFacts(query, plan, runId);
  const smokeTests = (kept.facts[SMOKE_TESTS] ?? null) as unknown as SmokeFacts | null;
  const judged = verdict ?? (await standing(query, plan, run));
  const facts = {
    format: 2 as const,
    made: await madeNow(query),
    verdict: inWords(judged),
    run,
    stages,
    census: census.filter((one) => one !== null),
    course: endedCourse(courseOf(kept.facts[COURSE]), run),
    downtime: downtimeFacts(kept.facts[DOWNTIME]),
    smokeTests,
    checklist: checklistOf(run, stages, quarantine, { ...kept.facts, ...(await noting) }),
    quarantine,
    findings: await findingFacts(query, plan, runId),
    leftovers: await leftoverFacts(query, runId),
    idMap: await idMapFacts(query, plan),
  };
  const { sentence, reasons } = judged;
  return { facts, messages: { verdict: { sentence, reasons }, timeline: entryMessagesOf(kept.facts[COURSE]) } };
}

/** What is to be said of a run without a verdict of its own. */
async function standing(query: Query, plan: Plan, { id, endedAt }: RunFacts): Promise<JudgedVerdict> {
  const { verdict, isWhole } = await judge(query, plan, id, { isMarked: endedAt === null });
  return isWhole && endedAt === null ? { ...verdict, sentence: notEndedYet({ verdict: verdict.sentence }) } : verdict;
}

/** The course with the run's end, which comes after the workflow has told its course. */
function endedCourse(course: Course, { state, endedAt }: RunFacts): Course {
  if (endedAt === null || course.timeline.some(({ kind, name }) => kind === 'phase' && name === state)) return course;
  const end = { at: endedAt, kind: 'phase', name: state, way: null, detail: null, refused: null, by: null } as const;
  return { ...course, timeline: [...course.timeline, end] };
}

async function runFacts(
  query: Query,
  runId: string,
): Promise<{ run: RunFacts; kept: Kept; verdict: JudgedVerdict | null }> {
  const [row] = await query(
    `SELECT workflow_id, workflow_run_id, plan, format_version::text AS format, options::text AS options,
       source_label, source_fingerprint, transform_hashes::text AS hashes, state, ${isoText('started_at')} AS started,
       ${isoText('ended_at')} AS ended, extract(epoch FROM coalesce(ended_at, now()) - started_at)::text AS seconds,
       stages::text AS stages, facts::text AS facts, verdict::text AS verdict
     FROM migration_run WHERE id = $1::text::uuid`,
    [runId],
  );
  if (row === undefined) throw new RangeError(runUnknown({ run: runId }).text);
  const run: RunFacts = {
    id: runId,
    workflowId: row[0]!,
    workflowRunId: row[1]!,
    plan: row[2]!,
    formatVersion: Number(row[3]),
    options: JSON.parse(row[4]!),
    source: row[5]!,
    sourceFingerprint: row[6]!,
    transformHashes: JSON.parse(row[7]!),
    state: row[8]!,
    startedAt: row[9]!,
    endedAt: row[10]!,
    seconds: tenths(Number(row[11])),
  };
  const kept = { stages: JSON.parse(row[12]!), facts: JSON.parse(row[13]!) };
  return { run, kept, verdict: readVerdict(row[14] ?? null) };
}

async function idMapFacts(query: Query, plan: Plan): Promise<Record<string, number>> {
  const rows = await query(
    `SELECT collection, count(*)::text AS entries FROM migration_id_map GROUP BY collection`,
    [],
  );
  const counts = new Map(rows.map(([collection, entries]) => [collection!, Number(entries)]));
  return Object.fromEntries(plan.idMapOrder.map((collection) => [collection, counts.get(collection) ?? 0]));
}
