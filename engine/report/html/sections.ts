import type { Words } from '../../messages/message.ts';
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
export interface Section extends Words {
  readonly id: string;
  readonly render: (facts: PageFacts) => Html | Promise<Html>;
}

/** In the order of the page. */
export const SECTIONS: readonly Section[] = [
  { id: 'stages', en: 'Stages', ko: '단계', render: stagesSection },
  { id: 'rate', en: 'Rate over time', ko: '시간별 처리 속도', render: rateSection },
  { id: 'totals', en: 'Counts and values', ko: '건수와 값', render: totalsSection },
  { id: 'references', en: 'References', ko: '참조', render: referencesSection },
  { id: 'quarantine', en: 'Quarantine', ko: '격리', render: quarantineSection },
  { id: 'findings', en: 'Findings', ko: '발견', render: findingsSection },
  { id: 'leftovers', en: 'Leftovers', ko: '남은 값', render: leftoversSection },
  { id: 'census', en: 'Field census', ko: '필드 집계', render: censusSection },
  { id: 'samples', en: 'Sample comparison', ko: '샘플 비교 리포트', render: samplesSection },
  { id: 'smoke-tests', en: 'Smoke tests', ko: 'Smoke 테스트', render: smokeTestsSection },
  { id: 'tables', en: 'Tables', ko: '테이블', render: tablesSection },
  { id: 'downtime', en: 'Downtime', ko: '다운타임', render: downtimeSection },
  { id: 'timeline', en: 'Timeline', ko: '타임라인', render: timelineSection },
  { id: 'checklist', en: 'Checklist', ko: '체크리스트', render: checklistSection },
  { id: 'run', en: 'This run', ko: '실행 정보', render: runSection },
];
