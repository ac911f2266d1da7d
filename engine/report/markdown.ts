import { markdownText, valuesTable } from '../common/shown-text.ts';
import { REFERENCE_CHECKS } from '../messages/labels/references.ts';
import { CHECKLIST, CHECKLIST_STATES, TOTAL_NOTES, VERDICTS } from '../messages/labels/report.ts';
import type { SmokeLatency } from '../verdict/smoke-record.ts';
import { type CensusFacts, countsText, fateText } from './facts/census-facts.ts';
import type { FindingFacts, QuarantineFacts } from './facts/document-facts.ts';
import type { Facts } from './facts/facts.ts';
import type { StageFacts } from './facts/stage-facts.ts';
import { fieldName, reason } from './sample/render-sample.ts';

/** A run's facts as a Markdown page: the verdict first, then what it rests on. */
export function markdownReport(facts: Facts): string {
  const sections = [
    verdictSection(facts),
    runSection(facts),
    stagesSection(facts),
    ...facts.stages.flatMap((stage) => [totalsSection(stage), referencesSection(stage)]),
    differencesSection(facts),
    quarantineSection(facts.quarantine),
    findingsSection(facts.findings),
    leftoversSection(facts),
    ...facts.census.map(censusSection),
    tablesSection(facts),
    ...facts.stages.map(samplesSection),
    downtimeSection(facts),
    smokeTestsSection(facts),
    timelineSection(facts),
    checklistSection(facts),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const SIGNS: Record<Facts['verdict']['state'], string> = {
  verified: '✅',
  quarantined: '⚠️',
  different: '❌',
  incomplete: '❌',
};

function verdictSection({ verdict, run }: Facts): string {
  const what = run.options['dryRun'] === true ? 'Dry run' : 'Migration';
  const reasons = verdict.reasons.map((text) => `- ${markdownText(text)}`);
  return [
    `# ${what}: ${SIGNS[verdict.state]} ${VERDICTS[verdict.state].en}`,
    '',
    verdict.sentence,
    ...(reasons.length ? ['', ...reasons] : []),
  ].join('\n');
}

function runSection({ run }: Facts): string {
  return valuesTable(
    ['Run', run.id],
    [
      ['State', run.state],
      ['Workflow', `${run.workflowId} (${run.workflowRunId})`],
      ['Plan', `${run.plan}, format ${run.formatVersion}`],
      ['Options', JSON.stringify(run.options)],
      ['Source', run.source],
      ['Started', run.startedAt],
      ['Ended', run.endedAt ?? 'not yet'],
      ['Took', `${run.seconds} s`],
    ],
  );
}

function stagesSection({ stages }: Facts): string {
  const head = [
    'Stage',
    'State',
    'Total',
    'Read',
    'Written',
    'Skipped',
    'Quarantined',
    'Rows',
    'Compared',
    'Different',
    's',
  ];
  const rows = stages.map((stage) => [
    stage.name,
    stage.state ?? 'not part of the run',
    ...[stage.total, stage.read, stage.written, stage.skipped, stage.quarantined, stage.rows, stage.compared].map(
      grouped,
    ),
    grouped(Object.values(stage.differences).reduce((sum, number) => sum + number, 0)),
    stage.seconds === null ? '' : String(stage.seconds),
  ]);
  return `## Stages\n\n${valuesTable(head, rows)}\n\n${readTwice(stages)}`;
}

function readTwice(stages: readonly StageFacts[]): string {
  const derived = stages.flatMap(({ derivedOnly }) => derivedOnly);
  const rest = derived.length === 0 ? '' : ` Re-derived only: ${derived.map((name) => markdownText(name)).join(', ')}.`;
  return `Every document is compared twice: with rows derived from it anew, and by a second reader that knows only what the plan declares of each column.${rest}`;
}

function totalsSection({ name, totals }: StageFacts): string {
  if (totals === null) return '';
  const head = [
    '',
    'What',
    'Source path',
    'Table',
    'Source',
    '− Quarantined',
    '± Altered',
    '= Expected',
    'Found',
    'Note',
  ];
  const shown = totals.filter(({ what, agree }) => !agree || !['nulls', 'least', 'greatest'].includes(what));
  const rows = shown.map((total) => [
    total.agree ? '=' : '≠',
    total.what,
    total.path,
    total.column === null ? total.table : `${total.table}.${total.column}`,
    total.source,
    total.quarantined,
    total.alterations.map(({ code, findings, value }) => `${value} (${code} × ${findings})`).join(', '),
    total.expected,
    total.found,
    total.note ?? '',
  ]);
  const noted = [...new Set(totals.flatMap(({ note }) => (note === null ? [] : [note])))];
  const notes = noted.map((note) => `\n\n${markdownText(`${note}: ${TOTAL_NOTES[note].en}.`)}`).join('');
  const rest = totals.length - shown.length;
  const others = rest === 0 ? '' : `\n\n${grouped(rest)} counts of NULL, least and greatest values agree, too.`;
  return `## Counts and sums: ${markdownText(name)}\n\n${valuesTable(head, rows)}${notes}${others}`;
}

function referencesSection({ name, references }: StageFacts): string {
  if (references === null) return '';
  const rows = references.map(({ what, table: held, column, checked, wrong }) => [
    wrong === 0 ? '=' : '≠',
    column === null ? held : `${held}.${column}`,
    REFERENCE_CHECKS[what].en,
    grouped(wrong),
    grouped(checked),
  ]);
  return `## References: ${markdownText(name)}\n\n${valuesTable(['', 'Where', 'What', 'Found', 'Of'], rows)}`;
}

function differencesSection({ stages }: Facts): string {
  const rows = stages.flatMap(({ name, firstDifferences }) =>
    firstDifferences.map(({ kind, legacyId, where, rowId }) => [name, kind, legacyId, where, rowId ?? '']),
  );
  if (rows.length === 0) return '';
  return `## First differences\n\n${valuesTable(['Stage', 'Kind', 'Legacy id', 'Where', 'Row'], rows)}`;
}

function quarantineSection(quarantine: readonly QuarantineFacts[]): string {
  if (quarantine.length === 0) return '## Quarantine\n\nNo document is in quarantine.';
  const parts = quarantine.map(({ stage, code, state, meaning, documents, examples }) => {
    const rows = examples.map(({ legacyId, path, sqlstate, constraint, cause }) => [
      legacyId,
      path ?? '',
      [sqlstate, constraint].filter((text) => text !== null).join(' '),
      cause === null ? '' : `${cause.collection} ${cause.legacyId} (${cause.code})`,
    ]);
    const rest = documents - examples.length;
    return [
      `### ${markdownText(stage)}: ${markdownText(code)} × ${grouped(documents)}${state === 'open' ? '' : ` (${markdownText(state)})`}`,
      markdownText(meaning),
      valuesTable(['Legacy id', 'Path', 'Database', 'Because of'], rows),
      ...(rest > 0 ? [`and ${grouped(rest)} more.`] : []),
    ].join('\n\n');
  });
  return `## Quarantine\n\n${parts.join('\n\n')}`;
}

function findingsSection(findings: readonly FindingFacts[]): string {
  if (findings.length === 0) return '## Findings\n\nNothing was altered.';
  const rows = findings.map(({ stage, code, path, findings: number, meaning, samples }) => [
    stage,
    code,
    path ?? samples.map((sample) => sample.path).join(', '),
    grouped(number),
    meaning,
  ]);
  return `## Findings\n\n${valuesTable(['Stage', 'Code', 'Path', 'Findings', 'Meaning'], rows)}`;
}

function leftoversSection({ leftovers }: Facts): string {
  if (leftovers.length === 0) return '## Leftovers\n\nEvery field had a column.';
  const rows = leftovers.map(({ collection, path, values }) => [collection, path, grouped(values)]);
  return `## Leftovers\n\nValues without a column, kept in \`migration_leftover\`.\n\n${valuesTable(['Collection', 'Path', 'Values'], rows)}`;
}

/** One collection's census as a section. */
export function censusSection({ collection, documents, bytes, paths }: CensusFacts): string {
  const rows = paths.map((one) => [
    one.path,
    grouped(one.documents),
    grouped(one.values),
    countsText(one.types),
    fateText(one.to),
    [countsText(one.findings), refusedText(one.refused)].filter((text) => text !== '').join('; '),
  ]);
  const head = ['Path', 'Documents', 'Values', 'BSON types', 'Goes to', 'What was noticed'];
  return `## Census: ${markdownText(collection)}\n\n${grouped(documents)} documents, ${grouped(bytes)} bytes.\n\n${valuesTable(head, rows)}`;
}

function refusedText(refused: CensusFacts['paths'][number]['refused']): string {
  const told = countsText(refused);
  return told === '' ? '' : `refused: ${told}`;
}

function tablesSection({ tables, checksumMethod, idMap }: Facts): string {
  const rows = tables.map(({ table: name, rows: number, checksum }) => [name, grouped(number), checksum]);
  const entries = Object.entries(idMap).map(([collection, number]) => [collection, grouped(number)]);
  return [
    '## Tables',
    valuesTable(['Table', 'Rows', 'Checksum'], rows),
    `Checksum: ${markdownText(checksumMethod)}.`,
    '## ID map',
    valuesTable(['Collection', 'Entries'], entries),
  ].join('\n\n');
}

function samplesSection({ name, samples }: StageFacts): string {
  if (samples.length === 0) return '';
  const parts = samples.map(({ legacyId, prismaId, missing, values }) => {
    const rows = values.map((value) => [
      value.same ? '=' : '≠',
      fieldName(value),
      value.legacy,
      value.prisma,
      reason(value),
    ]);
    const body =
      missing === null ? valuesTable(['', 'Field', 'Legacy', 'Prisma', 'Why'], rows) : `No longer in the ${missing}.`;
    return `${markdownText(legacyId)} → ${prismaId}\n\n${body}`;
  });
  return `## 📊 샘플 비교 리포트: ${markdownText(name)}\n\n${parts.join('\n\n')}`;
}

function downtimeSection({ downtime }: Facts): string {
  const { mode, seconds, duration, estimate, phases, actions, probed, writes } = downtime;
  if (mode === 'none') return '';
  const told = writes.flatMap(({ at, collections }) =>
    collections.map(({ collection, documents }) => [at, collection, `at least ${grouped(documents)}`]),
  );
  const measured = seconds === null ? 'not over' : `${duration} (${seconds} s)`;
  const expected = estimate === null ? 'none' : `${estimate.seconds} s, by run ${estimate.from.runId}`;
  const watched =
    probed === false ? 'impossible: the source is a dump' : String(told.length === 0 ? 'none' : told.length);
  return [
    '## Downtime',
    valuesTable(
      ['Maintenance', mode],
      [
        ['Measured', measured],
        ['Estimate', expected],
        ['Writes seen', watched],
      ],
    ),
    valuesTable(
      ['Phase', 'Began', 's'],
      phases.map(({ name, at, seconds: took }) => [name, at, took === null ? '' : String(took)]),
    ),
    ...(told.length === 0 ? [] : [valuesTable(['Writes at', 'Collection', 'Documents'], told)]),
    valuesTable(
      ['Action', 'Kind', 'For', 'At', 'Outcome'],
      actions.map(({ name, kind, direction, at, outcome }) => [name, kind, direction, at, outcome]),
    ),
  ].join('\n\n');
}

/** The platform’s queries, put to both databases. */
function smokeTestsSection({ smokeTests }: Facts): string {
  if (smokeTests === null) return '';
  const { at, seed, waived, questions } = smokeTests;
  const ms = (latency: SmokeLatency | null) => (latency === null ? '–' : `${latency.median} / ${latency.worst}`);
  const rows = questions.map(({ name, description, missing, asked, equal, different, explained, latency, slow }) => [
    missing.length > 0 ? '–' : different > 0 ? '≠' : '=',
    `${name}: ${description}`,
    ...[asked, equal, different, explained].map(grouped),
    ms(latency.mongoose),
    `${ms(latency.prisma)}${slow ? ' (slow)' : ''}`,
  ]);
  const head = ['', 'Question', 'Asked', 'Equal', 'Different', 'Explained', 'Mongoose ms', 'Prisma ms'];
  const first = questions.flatMap(({ name, first: told }) =>
    told.map(({ legacyId, path, legacy, prisma }) => [name, legacyId ?? '', path, legacy, prisma]),
  );
  return [
    `## Smoke tests\n\nAt ${at}, seed ${seed}.`,
    ...(waived && first.length > 0 ? ['Somebody has approved going on with answers that differ.'] : []),
    valuesTable(head, rows),
    ...(first.length > 0 ? [valuesTable(['Question', '_id', 'Path', 'Mongoose', 'Prisma'], first)] : []),
  ].join('\n\n');
}

function timelineSection({ course: { timeline } }: Facts): string {
  if (timeline.length === 0) return '';
  const rows = timeline.map(({ at, kind, name, way, detail, refused, by }) => [
    at,
    kind === 'message' ? `${name} (${way})` : name,
    detail ?? '',
    kind === 'message' ? (refused ?? 'accepted') : '',
    by ?? (kind === 'message' ? 'unknown' : ''),
  ]);
  return `## Timeline\n\n${valuesTable(['At', 'What', 'Detail', 'Outcome', 'By'], rows)}`;
}

/** The runbook’s checklist, ticked by facts only. */
function checklistSection({ checklist }: Facts): string {
  const lines = checklist.map(({ item, state }) => {
    const seen = state === 'seen' ? '' : ` (${CHECKLIST_STATES[state].en})`;
    return `- [${state === 'seen' ? 'x' : ' '}] ${CHECKLIST[item].en}${seen}`;
  });
  return `## Checklist\n\n${lines.join('\n')}`;
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
