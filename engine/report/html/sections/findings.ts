import { grouped } from '../../../common/figures.ts';
import type { FindingCode } from '../../../document/findings/finding.ts';
import { FINDING_CODES } from '../../../messages/labels/findings.ts';
import { COLUMNS } from '../../../messages/report/columns.ts';
import { EMPTY, NOTES } from '../../../messages/report/notes.ts';
import type { FindingFacts } from '../../facts/document-facts.ts';
import type { Facts } from '../../facts/facts.ts';
import { table } from '../table.ts';
import { both, code, type Html, html, label, NOTHING } from '../text.ts';

/** What was altered, defaulted or only noticed, by stage and reason; the documents moved all the same. */
export function findingsSection({ findings, stages }: Facts): Html {
  if (findings.length === 0) {
    return html`<p class="none">${label(EMPTY.findings)}</p>`;
  }
  return html`${stages.map(({ name }) => {
    const found = findings.filter(({ stage }) => stage === name);
    return found.length > 0 && stageFindings(name, found);
  })}`;
}

function stageFindings(name: string, findings: readonly FindingFacts[]): Html {
  const columns = [
    { ...COLUMNS.finding, as: 'wide' },
    COLUMNS.path,
    { ...COLUMNS.times, as: 'number' },
    { ...COLUMNS.example, as: 'id' },
  ] as const;
  const rows = findings.map((finding) => ({
    cells: [
      html`${code(finding.code)}<small class="under">${both(finding.meaning, FINDING_CODES[finding.code as FindingCode]?.ko ?? finding.meaning)}</small>`,
      pathsOf(finding),
      grouped(finding.findings),
      finding.samples[0] === undefined ? NOTHING : code(finding.samples[0].legacyId),
    ],
  }));
  const all = findings.reduce((sum, one) => sum + one.findings, 0);
  const codes = [...new Set(findings.map((finding) => finding.code))];
  return html`<details id="findings-${name}"><summary><b>${name}</b> ${grouped(all)} <small>${codes.join(', ')}</small></summary>
    ${table(columns, rows, 'cards')}</details>`;
}

/** Paths that are shown of a finding that is only counted. */
const PATHS = 6;

function pathsOf({ path, samples }: FindingFacts): Html {
  if (path !== null) return code(path);
  const paths = [...new Set(samples.map((sample) => sample.path))];
  const rest = paths.length - PATHS;
  return html`${paths.slice(0, PATHS).map((one) => html`<span class="line">${code(one)}</span>`)}${rest > 0 && html`<small>+${rest}</small>`}`;
}

/** Values that had no column, by their path. */
export function leftoversSection({ leftovers }: Facts): Html {
  if (leftovers.length === 0) {
    return html`<p class="none">${label(EMPTY.leftovers)}</p>`;
  }
  const columns = [COLUMNS.collection, { ...COLUMNS.path, as: 'wide' }, { ...COLUMNS.values, as: 'number' }] as const;
  const rows = leftovers.map(({ collection, path, values }) => ({ cells: [collection, code(path), grouped(values)] }));
  return html`<p class="intro">${label(NOTES.leftovers)}</p>${table(columns, rows, 'cards')}`;
}
