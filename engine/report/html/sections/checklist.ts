import { CHECKLIST } from '../../facts/checklist.ts';
import type { ChecklistItem, Evidence } from '../../facts/checklist-types.ts';
import type { Facts } from '../../facts/facts.ts';
import { both, code, type Html, html, moment, number, sentence } from '../text.ts';

const ITEMS_KO: Readonly<Record<ChecklistItem['item'], string>> = {
  dryRun: 'Dry-run의 리포트 검토, 격리 문서 처리 방침 확정',
  migrated: 'Stage 마이그레이션이 종료 코드 0(또는 합의된 3)으로 완료',
  backup: 'PostgreSQL과 MongoDB 백업 완료, 복원 시험 완료',
  verified: '검증(verify) 통과',
  downtime: 'Downtime 공지 및 릴리즈 창 확정',
  informed: '운영팀/CS팀 사전 안내 완료',
};

const STATES: Readonly<Record<ChecklistItem['state'], readonly [mark: string, en: string, ko: string]>> = {
  seen: ['✓', 'seen', '확인됨'],
  partly: ['◐', 'partly seen', '일부 확인됨'],
  notSeen: ['○', 'not seen', '확인되지 않음'],
};

/** The runbook's checklist: nothing is ticked but what facts show. */
export function checklistSection({ checklist }: Facts): Html {
  return html`<p class="intro">${both(
    'From section 7 of the runbook. Ticked is only what this tool has seen itself; the rest is for people to confirm.',
    '런북 7절의 체크리스트입니다. 도구가 직접 확인한 항목에만 표시하며, 나머지는 사람이 확인해야 합니다.',
  )}</p><ul class="checklist">${checklist.map(({ item, state, evidence }) => {
    const [mark, en, ko] = STATES[state];
    return html`<li class="${state}"><span class="box" aria-hidden="true">${mark}</span><div>${both(CHECKLIST[item], ITEMS_KO[item])}
      <small class="tag">${both(en, ko)}</small>${evidence.length > 0 && html`<ul>${evidence.map(oneEvidence)}</ul>`}</div></li>`;
  })}</ul>`;
}

function oneEvidence(evidence: Evidence): Html {
  return html`<li class="${evidence.seen ? 'seen' : 'notSeen'}"><span class="box" aria-hidden="true">${evidence.seen ? '✓' : '○'}</span>${wordsOf(evidence)}</li>`;
}

function wordsOf({ what, seen, count, of, run, approval }: Evidence): Html {
  const n = number(count ?? 0);
  const all = number(of ?? 0);
  switch (what) {
    case 'dryRun':
      return run === null
        ? both(
            'No report of an earlier dry run of this source lies on this host',
            '이 원본에 대한 이전 Dry-run 리포트가 이 호스트에 없습니다',
          )
        : html`${both('A dry run of the same source was reported', '같은 원본의 Dry-run 리포트가 있습니다')}: ${moment(run.startedAt)}, ${code(run.runId)}, ${code(run.verdict)}`;
    case 'quarantineEmpty':
      return seen
        ? both('The quarantine is empty', '격리된 문서가 없습니다')
        : both(`The quarantine holds ${n}`, `격리된 문서가 ${n}건 있습니다`);
    case 'rehearsed':
      return html`${both('The whole migration was rehearsed on a backup of the same source', '같은 원본의 백업으로 전체 마이그레이션을 리허설했습니다')}: ${run && html`${moment(run.startedAt)}, ${code(run.runId)}, ${code(run.verdict)}`}`;
    case 'approved':
      return html`${both('Confirmed by', '확인한 사람')} ${code(approval?.by ?? '')}, ${moment(approval?.at ?? '')}`;
    case 'backup':
      return seen
        ? both('The run began with a proved backup', '검증된 백업이 있는 상태에서 시작했습니다')
        : both('Somebody has waived the backup', '백업 없이 진행하도록 승인되었습니다');
    case 'allCopied':
      return both(
        `${n} of ${all} partitions of this run are copied`,
        `이 실행의 파티션 ${all}개 중 ${n}개를 복사했습니다`,
      );
    case 'totals':
      return both(`${n} of ${all} counts and sums agree`, `건수와 합계 ${all}개 중 ${n}개가 일치합니다`);
    case 'rows':
      return seen
        ? both(
            `${n} documents were compared with their rows, without a difference`,
            `문서 ${n}건을 행과 비교했고 차이가 없습니다`,
          )
        : both('The rows are not all compared, or differ', '모든 행을 비교하지 않았거나 차이가 있습니다');
    case 'samples':
      return both(`${n} samples were drawn`, `샘플 ${n}건을 추출했습니다`);
    case 'idMapping':
      return seen
        ? both(`The ID mapping was written, with ${n} entries`, `ID 매핑 ${n}건을 파일로 기록했습니다`)
        : both('The ID mapping file has not been written', 'ID 매핑 파일을 기록하지 않았습니다');
    case 'smokeTests':
      return both(
        `${n} of ${all} of the platform’s queries have the same answers from both databases`,
        `플랫폼의 대표 쿼리 ${all}개 중 ${n}개의 응답이 양쪽 데이터베이스에서 같습니다`,
      );
    default:
      return sentence(what satisfies never);
  }
}
