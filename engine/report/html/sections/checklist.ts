import { CHECKLIST, CHECKLIST_STATES } from '../../../messages/labels/report.ts';
import type { ChecklistItem, Evidence } from '../../facts/checklist-types.ts';
import type { Facts } from '../../facts/facts.ts';
import { both, code, type Html, html, label, moment, number, sentence } from '../text.ts';

const MARKS: Readonly<Record<ChecklistItem['state'], string>> = { seen: '✓', partly: '◐', notSeen: '○' };

/** The runbook's checklist: nothing is ticked but what facts show. */
export function checklistSection({ checklist }: Facts): Html {
  return html`<p class="intro">${both(
    'From section 7 of the runbook. Ticked is only what this tool has seen itself; the rest is for people to confirm.',
    '런북 7절의 체크리스트입니다. 도구가 직접 확인한 항목에만 표시하며, 나머지는 사람이 확인해야 합니다.',
  )}</p><ul class="checklist">${checklist.map(({ item, state, evidence }) => {
    return html`<li class="${state}"><span class="box" aria-hidden="true">${MARKS[state]}</span><div>${label(CHECKLIST[item])}
      <small class="tag">${label(CHECKLIST_STATES[state])}</small>${evidence.length > 0 && html`<ul>${evidence.map(oneEvidence)}</ul>`}</div></li>`;
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
      return sentence(what satisfies never, null);
  }
}
