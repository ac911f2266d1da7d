import { grouped } from '../../../common/figures.ts';
import { CHECKLIST, CHECKLIST_STATES } from '../../../messages/labels/report.ts';
import {
  answersAgree,
  EVIDENCE,
  idMappingWritten,
  partitionsCopied,
  quarantineHolds,
  rowsCompared,
  samplesDrawn,
  totalsAgree,
} from '../../../messages/report/evidence.ts';
import { NOTES } from '../../../messages/report/notes.ts';
import type { ChecklistItem, Evidence } from '../../facts/checklist-types.ts';
import type { Facts } from '../../facts/facts.ts';
import { code, type Html, html, label, moment, says, sentence } from '../text.ts';

const MARKS: Readonly<Record<ChecklistItem['state'], string>> = { seen: '✓', partly: '◐', notSeen: '○' };

/** The runbook's checklist: nothing is ticked but what facts show. */
export function checklistSection({ checklist }: Facts): Html {
  return html`<p class="intro">${label(NOTES.checklist)}</p><ul class="checklist">${checklist.map(
    ({ item, state, evidence }) => {
      return html`<li class="${state}"><span class="box" aria-hidden="true">${MARKS[state]}</span><div>${label(CHECKLIST[item])}
      <small class="tag">${label(CHECKLIST_STATES[state])}</small>${evidence.length > 0 && html`<ul>${evidence.map(oneEvidence)}</ul>`}</div></li>`;
    },
  )}</ul>`;
}

function oneEvidence(evidence: Evidence): Html {
  return html`<li class="${evidence.seen ? 'seen' : 'notSeen'}"><span class="box" aria-hidden="true">${evidence.seen ? '✓' : '○'}</span>${wordsOf(evidence)}</li>`;
}

function wordsOf({ what, seen, count, of, run, approval }: Evidence): Html {
  const n = grouped(count ?? 0);
  const all = grouped(of ?? 0);
  switch (what) {
    case 'dryRun':
      return run === null
        ? label(EVIDENCE.noDryRun)
        : html`${label(EVIDENCE.dryRun)}: ${moment(run.startedAt)}, ${code(run.runId)}, ${code(run.verdict)}`;
    case 'quarantineEmpty':
      return seen ? label(EVIDENCE.quarantineEmpty) : says(quarantineHolds({ documents: n }));
    case 'rehearsed':
      return html`${label(EVIDENCE.rehearsed)}: ${run && html`${moment(run.startedAt)}, ${code(run.runId)}, ${code(run.verdict)}`}`;
    case 'approved':
      return html`${label(EVIDENCE.approved)} ${code(approval?.by ?? '')}, ${moment(approval?.at ?? '')}`;
    case 'backup':
      return seen ? label(EVIDENCE.backup) : label(EVIDENCE.backupWaived);
    case 'allCopied':
      return says(partitionsCopied({ copied: n, all }));
    case 'totals':
      return says(totalsAgree({ agree: n, all }));
    case 'rows':
      return seen ? says(rowsCompared({ documents: n })) : label(EVIDENCE.rowsDiffer);
    case 'samples':
      return says(samplesDrawn({ samples: n }));
    case 'idMapping':
      return seen ? says(idMappingWritten({ entries: n })) : label(EVIDENCE.noIdMapping);
    case 'smokeTests':
      return says(answersAgree({ agree: n, all }));
    default:
      return sentence(what satisfies never, null);
  }
}
