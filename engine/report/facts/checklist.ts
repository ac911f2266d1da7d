import type { JsonValue } from '../../document/json.ts';
import type { SmokeFacts } from '../../verdict/smoke-record.ts';
import type { ChecklistItem, Evidence, FullRehearsal, Rehearsal } from './checklist-types.ts';
import type { QuarantineFacts } from './document-facts.ts';
import type { RunFacts } from './run-facts.ts';
import { SMOKE_TESTS } from './smoke-facts.ts';
import type { StageFacts } from './stage-facts.ts';

/** Keys of `migration_run.facts`: a dry run's report that was found, and the ID mapping file as it was written. */
export const REHEARSAL = 'rehearsal';
export const ID_MAPPING = 'idMapping';
/** The rehearsal of the whole migration that was found, with what people have confirmed since. */
export const FULL_REHEARSAL = 'fullRehearsal';
/** The backup that a run began with, or that somebody has waived it. */
export const BACKUP = 'backup';

type KeptFacts = Readonly<Record<string, Readonly<Record<string, JsonValue>> | undefined>>;

/** Goes through the checklist. Nothing is ticked but what a fact shows, or what somebody has confirmed by command. */
export function checklistOf(
  run: Pick<RunFacts, 'options'>,
  stages: readonly StageFacts[],
  quarantine: readonly QuarantineFacts[],
  kept: KeptFacts,
): ChecklistItem[] {
  const chosen = run.options['stages'];
  const due = stages.filter(({ name }) => !Array.isArray(chosen) || chosen.includes(name));
  const add = (pick: (stage: StageFacts) => number) => due.reduce((sum, stage) => sum + pick(stage), 0);
  const held = quarantine.reduce((sum, { state, documents }) => sum + (state === 'open' ? documents : 0), 0);
  const totals = due.flatMap((stage) => stage.totals ?? []);
  const planned = add(({ partitions }) => partitions.planned);
  const different = add(({ differences }) => Object.values(differences).reduce((sum, count) => sum + count, 0));
  const rehearsal = (kept[REHEARSAL] ?? null) as Rehearsal | null;
  const mapping = kept[ID_MAPPING]?.['entries'];
  const backup = kept[BACKUP];
  const rehearsed = (kept[FULL_REHEARSAL] ?? null) as FullRehearsal | null;
  const approved = (name: ChecklistItem['item']): Evidence[] =>
    (rehearsed?.approvals ?? [])
      .filter((approval) => approval.item === name)
      .map((approval) => ({ ...counted('approved', true), approval }));
  const counted = (what: Evidence['what'], seen: boolean, count: number | null = null, of: number | null = null) => ({
    ...{ what, seen, count, of, run: null },
  });
  const copied = add(({ partitions }) => partitions.copied);
  const agree = totals.filter(({ agree: is }) => is).length;
  return [
    confirmed('dryRun', approved('dryRun'), [
      { ...counted('dryRun', rehearsal !== null), run: rehearsal },
      counted('quarantineEmpty', held === 0, held),
    ]),
    item('migrated', false, [
      ...(rehearsed === null ? [] : [{ ...counted('rehearsed', succeeded(rehearsed)), run: runOf(rehearsed) }]),
      counted('allCopied', copied === planned && due.every(({ state }) => state !== null), copied, planned),
    ]),
    item('backup', true, backup === undefined ? [] : [{ ...counted('backup', backup['waived'] === false), run: null }]),
    item('verified', false, [
      counted('totals', due.every((stage) => stage.totals !== null) && agree === totals.length, agree, totals.length),
      counted(
        'rows',
        different === 0 && add(({ partitions }) => partitions.verified) === planned,
        add(rowsCompared),
        null,
      ),
      counted(
        'samples',
        add(({ samples }) => samples.length) > 0,
        add(({ samples }) => samples.length),
      ),
      counted('idMapping', typeof mapping === 'number', typeof mapping === 'number' ? mapping : null),
      ...smokeTestEvidence(kept[SMOKE_TESTS] as SmokeFacts | undefined),
    ]),
    confirmed('downtime', approved('downtime'), []),
    confirmed('informed', approved('informed'), []),
  ];
}

/** Whether the platform's queries have the same answers; nothing where they were not asked. */
function smokeTestEvidence(smoke: SmokeFacts | undefined): Evidence[] {
  if (smoke === undefined) return [];
  const { length: of } = smoke.questions;
  const agree = smoke.questions.filter(({ different }) => different === 0).length;
  return [{ what: 'smokeTests', seen: agree === of, count: agree, of, run: null }];
}

const rowsCompared = ({ compared }: StageFacts) => compared;

const runOf = ({ runId, startedAt, verdict }: FullRehearsal): Rehearsal => ({ runId, startedAt, verdict });
const succeeded = ({ verdict }: FullRehearsal) => verdict === 'verified' || verdict === 'quarantined';

/** Items that are people's to judge: their word ticks them, whatever the facts beside it are. */
function confirmed(
  name: ChecklistItem['item'],
  word: readonly Evidence[],
  evidence: readonly Evidence[],
): ChecklistItem {
  const told = item(name, true, [...evidence, ...word]);
  return word.length > 0 ? { ...told, state: 'seen' } : told;
}

/** @param needsPeople part of the item is nothing that facts could show */
function item(name: ChecklistItem['item'], needsPeople: boolean, evidence: readonly Evidence[]): ChecklistItem {
  const some = evidence.some(({ seen }) => seen);
  const all = some && !needsPeople && evidence.every(({ seen }) => seen);
  return { item: name, state: all ? 'seen' : some ? 'partly' : 'notSeen', evidence };
}
