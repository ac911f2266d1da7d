import { markdownText, valuesTable } from '../../common/shown-text.ts';
import { VERDICTS } from '../../messages/labels/report.ts';
import { COLUMNS } from '../../messages/report/columns.ts';
import { RUN_KINDS } from '../../messages/report/headings.ts';
import { planFormat } from '../../messages/report/notes.ts';
import { WORDS } from '../../messages/report/words.ts';
import type { Facts } from '../facts/facts.ts';
import { checklistSection, downtimeSection, smokeTestsSection, timelineSection } from './course.ts';
import { censusSection, findingsSection, leftoversSection, quarantineSection, tablesSection } from './documents.ts';
import { lasted } from './parts.ts';
import { differencesSection, referencesSection, samplesSection, stagesSection, totalsSection } from './stages.ts';

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
  const kind = run.options['dryRun'] === true ? RUN_KINDS.dryRun : RUN_KINDS.migration;
  const reasons = verdict.reasons.map((text) => `- ${markdownText(text)}`);
  return [
    `# ${kind.en}: ${SIGNS[verdict.state]} ${VERDICTS[verdict.state].en}`,
    '',
    verdict.sentence,
    ...(reasons.length ? ['', ...reasons] : []),
  ].join('\n');
}

function runSection({ run }: Facts): string {
  return valuesTable(
    [COLUMNS.run.en, run.id],
    [
      [COLUMNS.state.en, run.state],
      [COLUMNS.workflow.en, `${run.workflowId} (${run.workflowRunId})`],
      [COLUMNS.plan.en, `${run.plan}, ${planFormat({ format: run.formatVersion }).text}`],
      [COLUMNS.options.en, JSON.stringify(run.options)],
      [COLUMNS.source.en, run.source],
      [COLUMNS.started.en, run.startedAt],
      [COLUMNS.ended.en, run.endedAt ?? WORDS.notYet.en],
      [COLUMNS.took.en, lasted(run.seconds)],
    ],
  );
}
