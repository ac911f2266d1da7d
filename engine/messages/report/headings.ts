import { labels } from '../message.ts';

/** The parts of a report, as headings and in the list of its contents. */
export const HEADINGS = labels('heading', {
  stages: { en: 'Stages', ko: '단계' },
  rate: { en: 'Rate over time', ko: '시간별 처리 속도' },
  totals: { en: 'Counts and values', ko: '건수와 값' },
  references: { en: 'References', ko: '참조' },
  differences: { en: 'First differences of the row comparison', ko: '행 비교에서 처음 나온 차이' },
  quarantine: { en: 'Quarantine', ko: '격리' },
  findings: { en: 'Findings', ko: '발견' },
  leftovers: { en: 'Leftovers', ko: '남은 값' },
  census: { en: 'Field census', ko: '필드 집계' },
  samples: { en: 'Sample comparison', ko: '샘플 비교 리포트' },
  smokeTests: { en: 'Smoke tests', ko: '스모크 테스트' },
  tables: { en: 'Tables', ko: '테이블' },
  idMap: { en: 'ID map', ko: 'ID 맵' },
  downtime: { en: 'Downtime', ko: '다운타임' },
  timeline: { en: 'Timeline', ko: '타임라인' },
  checklist: { en: 'Checklist', ko: '체크리스트' },
  run: { en: 'This run', ko: '실행 정보' },
  broken: { en: 'Broken', ko: '어긋난 것' },
  rehearsal: { en: 'Rehearsal', ko: '리허설' },
  prediction: { en: 'Prediction for production', ko: '운영 환경 예측' },
});

/** What kind of run a report is of. */
export const RUN_KINDS = labels('run.kind', {
  migration: { en: 'Migration', ko: '마이그레이션' },
  dryRun: { en: 'Dry run', ko: 'Dry-run 마이그레이션' },
});
