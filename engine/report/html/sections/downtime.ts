import type { DowntimeFacts } from '../../facts/downtime.ts';
import type { Facts } from '../../facts/facts.ts';
import { definitions, table } from '../table.ts';
import { both, code, duration, type Html, html, moment, NOTHING, number } from '../text.ts';

/** How long the platform could not be written to, why, and what the estimate was. */
export function downtimeSection({ downtime }: Facts): Html {
  const { mode, seconds, estimate, phases, actions } = downtime;
  if (phases.length === 0) return html`<p class="none">${both('Nothing was recorded.', '기록이 없습니다.')}</p>`;
  return html`${definitions([
    [both('Maintenance', '메인터넌스'), both(...MODES[mode])],
    [both('Measured downtime', '측정된 다운타임'), seconds === null ? NOTHING : duration(seconds)],
    [both('Estimate', '예상'), estimate === null ? NOTHING : estimated(estimate)],
    [both('Writes during maintenance', '메인터넌스 중 쓰기'), writes(downtime)],
  ])}
  ${table(
    [
      { en: 'Phase', ko: '구간' },
      { en: 'Began', ko: '시작' },
      { en: 'Took', ko: '소요 시간' },
    ],
    phases.map(({ name, at, seconds: took }) => ({
      cells: [both(...PHASES[name]), moment(at), took === null ? NOTHING : duration(took)],
    })),
  )}
  ${
    actions.length > 0 &&
    table(
      [
        { en: 'Action', ko: '조치' },
        { en: 'Kind', ko: '종류' },
        { en: 'For', ko: '방향' },
        { en: 'When', ko: '시각' },
        { en: 'Outcome', ko: '결과' },
      ],
      actions.map(({ name, kind, direction, at, outcome }) => ({
        cells: [
          code(name),
          code(kind),
          direction === 'on' ? both('on', '켜기') : both('off', '끄기'),
          moment(at),
          code(outcome),
        ],
      })),
    )
  }`;
}

const MODES: Readonly<Record<DowntimeFacts['mode'], readonly [en: string, ko: string]>> = {
  none: ['not part of this run', '이 실행에 포함되지 않음'],
  throughout: ['throughout the run', '실행 내내'],
  switch: ['for the switch only', '전환할 때만'],
};

const PHASES: Readonly<Record<DowntimeFacts['phases'][number]['name'], readonly [en: string, ko: string]>> = {
  copying: ['Copying', '복사'],
  verification: ['Verification', '검증'],
  catchingUp: ['Catching up', '변경분 따라잡기'],
  maintenanceOn: ['Maintenance on', '메인터넌스 시작'],
  lastPass: ['Last pass', '마지막 따라잡기'],
  smokeTests: ['Smoke tests', '스모크 테스트'],
  switch: ['Switch', '전환'],
  maintenanceOff: ['Maintenance off', '메인터넌스 해제'],
  over: ['Over', '종료'],
};

function estimated({ seconds, from }: NonNullable<DowntimeFacts['estimate']>): Html {
  const kind = from.dryRun ? both('dry run', '드라이런') : both('run', '실행');
  return html`${duration(seconds)} <small>${both('by', '기준')} ${kind} ${code(from.runId)}</small>`;
}

function writes({ probed, writes: seen }: DowntimeFacts): Html {
  if (probed === null) return both('not looked for', '확인하지 않음');
  if (!probed) return both('impossible: the source is a dump', '불가능: 소스가 덤프임');
  if (seen.length === 0) return both('none seen', '발견되지 않음');
  return html`<ul>${seen.map(
    ({ at, collections }) =>
      html`<li>${moment(at)}: ${collections.map(
        ({ collection, documents }, i) =>
          html`${i > 0 ? ', ' : ''}${code(collection)} ${both(`at least ${number(documents)}`, `최소 ${number(documents)}건`)}`,
      )}</li>`,
  )}</ul>`;
}
