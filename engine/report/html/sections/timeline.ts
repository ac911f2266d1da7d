import type { EntryMessages, TimelineEvent } from '../../facts/run-record.ts';
import type { PageFacts } from '../page-facts.ts';
import { both, code, type Html, html, moment, number, sentence } from '../text.ts';

/** What happened to the run, and who did it. */
export function timelineSection({ course: { timeline, forgotten }, messages }: PageFacts): Html {
  if (timeline.length === 0) {
    return html`<p class="none">${both(
      'Nothing was recorded: the workflow hands its course over when it ends.',
      '기록이 없습니다. 워크플로가 끝날 때 진행 기록을 넘겨줍니다.',
    )}</p>`;
  }
  return html`<p class="intro">${both(
    'Identities are what the senders told Temporal of themselves. An update that is refused is answered at once and leaves no trace here.',
    '보낸 사람은 Temporal에 스스로 밝힌 이름입니다. 거부된 업데이트는 즉시 응답하고 여기에 남지 않습니다.',
  )}</p>
  ${forgotten > 0 && html`<p class="note">${both(`${number(forgotten)} earlier entries are not kept.`, `이전 기록 ${number(forgotten)}건은 보관하지 않습니다.`)}</p>`}
  <ol class="timeline">${timeline.map((event, i) => entry(event, messages.timeline[i] ?? {}))}</ol>`;
}

const PHASES: Readonly<Record<string, readonly [en: string, ko: string]>> = {
  starting: ['Started', '시작됨'],
  running: ['Running', '진행'],
  pausing: ['Pausing', '정지하는 중'],
  paused: ['Paused', '일시 정지됨'],
  blocked: ['Blocked', '차단됨'],
  rollingBack: ['Rolling back', '롤백 중'],
  aborting: ['Aborting', '중단하는 중'],
  complete: ['Complete', '완료'],
  aborted: ['Aborted', '중단됨'],
  failed: ['Failed', '실패'],
  superseded: ['Superseded by a later run', '이후 실행으로 대체됨'],
};

const STAGE_PHASES: Readonly<Record<string, readonly [en: string, ko: string]>> = {
  copying: ['copying', '복사 시작'],
  settling: ['settling contested documents', '경합 문서 정리'],
  verifying: ['verifying', '검증 시작'],
  complete: ['complete', '완료'],
  rollingBack: ['rolling back', '롤백 시작'],
};

const MESSAGES: Readonly<Record<string, readonly [en: string, ko: string]>> = {
  pause: ['Pause', '일시 정지 요청'],
  resume: ['Resume', '재개 요청'],
  rollbackToStage: ['Roll back', '롤백 요청'],
  abort: ['Abort', '중단 요청'],
  approve: ['Approve', '승인'],
  setBatchSize: ['Batch size', '배치 크기 변경'],
  setParallelism: ['Parallelism', '병렬 수 변경'],
  setThrottle: ['Throttle', '속도 제한 변경'],
  acceptPlanChange: ['Accept the changed plan', '변경된 계획 수용'],
};

function entry(event: TimelineEvent, said: EntryMessages): Html {
  const { kind, name, at, detail } = event;
  if (kind === 'stage') {
    const [en, ko] = STAGE_PHASES[name] ?? [name, name];
    return line(at, 'stage', html`<b>${detail}</b> ${both(en, ko)}`);
  }
  if (kind === 'phase') {
    const [en, ko] = PHASES[name] ?? [name, name];
    const why = detail === null ? '' : html`<p>${sentence(detail, said.detail)}</p>`;
    const by = name === 'starting' ? byWhom(event) : '';
    return line(at, `phase ${name}`, html`<b>${both(en, ko)}</b>${by}${why}`);
  }
  return line(at, `message ${event.refused === null ? '' : 'refused'}`, message(event, said));
}

function line(at: string, className: string, body: Html): Html {
  return html`<li class="${className}">${moment(at)}<div>${body}</div></li>`;
}

function message(event: TimelineEvent, said: EntryMessages): Html {
  const { name, detail, way, refused } = event;
  const [en, ko] = MESSAGES[name] ?? [name, name];
  const outcome =
    refused === null
      ? html`<small class="yes">${both('accepted', '수락됨')}</small>`
      : html`<small class="no">${both('refused', '거부됨')}</small><p>${sentence(refused, said.refused)}</p>`;
  return html`<b>${both(en, ko)}</b> ${detail === null ? '' : code(detail)}
    <small>${way === 'signal' ? both('signal', '시그널') : both('update', '업데이트')}</small>${byWhom(event)} ${outcome}`;
}

function byWhom({ by }: TimelineEvent): Html {
  return by === null
    ? html` <small class="none">${both('by unknown', '보낸 사람 알 수 없음')}</small>`
    : html` <small>${both('by', '보낸 사람')} <bdi class="who">${by}</bdi></small>`;
}
