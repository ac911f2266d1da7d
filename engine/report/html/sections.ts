import type { Label } from '../../messages/message.ts';
import { HEADINGS } from '../../messages/report/headings.ts';
import type { PageFacts } from './page-facts.ts';
import { censusSection } from './sections/census.ts';
import { checklistSection } from './sections/checklist.ts';
import { downtimeSection } from './sections/downtime.ts';
import { findingsSection, leftoversSection } from './sections/findings.ts';
import { quarantineSection } from './sections/quarantine.ts';
import { rateSection } from './sections/rate.ts';
import { referencesSection } from './sections/references.ts';
import { runSection } from './sections/run.ts';
import { samplesSection } from './sections/samples.ts';
import { smokeTestsSection } from './sections/smoke-tests.ts';
import { stagesSection } from './sections/stages.ts';
import { tablesSection } from './sections/tables.ts';
import { timelineSection } from './sections/timeline.ts';
import { totalsSection } from './sections/totals.ts';
import type { Html } from './text.ts';

/** A part of the report below its verdict: a file of its own, and a line here. */
export interface Section {
  readonly id: string;
  readonly heading: Label;
  readonly render: (facts: PageFacts) => Html | Promise<Html>;
}

/** In the order of the page. */
export const SECTIONS: readonly Section[] = [
  { id: 'stages', heading: HEADINGS.stages, render: stagesSection },
  { id: 'rate', heading: HEADINGS.rate, render: rateSection },
  { id: 'totals', heading: HEADINGS.totals, render: totalsSection },
  { id: 'references', heading: HEADINGS.references, render: referencesSection },
  { id: 'quarantine', heading: HEADINGS.quarantine, render: quarantineSection },
  { id: 'findings', heading: HEADINGS.findings, render: findingsSection },
  { id: 'leftovers', heading: HEADINGS.leftovers, render: leftoversSection },
  { id: 'census', heading: HEADINGS.census, render: censusSection },
  { id: 'samples', heading: HEADINGS.samples, render: samplesSection },
  { id: 'smoke-tests', heading: HEADINGS.smokeTests, render: smokeTestsSection },
  { id: 'tables', heading: HEADINGS.tables, render: tablesSection },
  { id: 'downtime', heading: HEADINGS.downtime, render: downtimeSection },
  { id: 'timeline', heading: HEADINGS.timeline, render: timelineSection },
  { id: 'checklist', heading: HEADINGS.checklist, render: checklistSection },
  { id: 'run', heading: HEADINGS.run, render: runSection },
];
