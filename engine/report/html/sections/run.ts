import type { Facts } from '../../facts/facts.ts';
import { definitions } from '../table.ts';
import { both, code, duration, type Html, html, moment } from '../text.ts';

/** Which run this is, on what it ran, and what was asked for. */
export function runSection({ run, made, idMap }: Facts): Html {
  const asked = Object.entries(run.options).filter(([, value]) => value !== null && value !== false);
  const entries = Object.values(idMap).reduce((sum, count) => sum + count, 0);
  return definitions([
    [both('Source', '원본'), code(run.source)],
    [both('State', '상태'), runState(run)],
    [both('Started', '시작'), moment(run.startedAt)],
    [
      both('Ended', '종료'),
      run.endedAt === null ? both('not yet when this was written', '작성 시점에는 아직') : moment(run.endedAt),
    ],
    [both('Took', '소요 시간'), duration(run.seconds)],
    [
      both('Options', '옵션'),
      asked.length === 0
        ? both('none: all documents of all stages', '없음: 모든 단계의 모든 문서')
        : html`${asked.map(([name, value]) => html`${code(`${name}: ${JSON.stringify(value)}`)} `)}`,
    ],
    [both('Plan', '계획'), html`${code(run.plan)} ${both(`format ${run.formatVersion}`, `형식 ${run.formatVersion}`)}`],
    [
      both('ID map', 'ID 맵'),
      both(`${entries.toLocaleString('en-US')} entries`, `${entries.toLocaleString('en-US')}건`),
    ],
    [both('Run', '실행'), code(run.id)],
    [both('Workflow', '워크플로'), html`${code(run.workflowId)} ${code(run.workflowRunId)}`],
    [
      both('Report made', '리포트 작성'),
      html`${moment(made.at)} ${both('by', '·')} mongo-to-prisma ${made.tool}, Node ${made.node}, PostgreSQL ${made.postgres}`,
    ],
  ]);
}

const STATES: Readonly<Record<string, readonly [en: string, ko: string]>> = {
  running: ['running', '진행 중'],
  blocked: ['blocked', '차단됨'],
  complete: ['complete', '완료'],
  failed: ['failed', '실패'],
  aborted: ['aborted', '중단됨'],
  superseded: ['superseded by a later run', '이후 실행으로 대체됨'],
};

/** Writing the reports is the last thing but one that a run does: it calls itself running then. */
function runState({ state }: Facts['run']): Html {
  const [en, ko] = STATES[state] ?? [state, state];
  return both(en, ko);
}
