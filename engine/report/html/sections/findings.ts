import type { FindingCode } from '../../../finding.ts';
import type { FindingFacts } from '../../document-facts.ts';
import type { Facts } from '../../facts.ts';
import { FINDINGS_KO } from '../korean.ts';
import { table } from '../table.ts';
import { both, code, type Html, html, number } from '../text.ts';

/** What was altered, defaulted or only noticed; the documents moved all the same. */
export function findingsSection({ findings }: Facts): Html {
  if (findings.length === 0) {
    return html`<p class="none">${both('Nothing was altered.', '변경된 값이 없습니다.')}</p>`;
  }
  const columns = [
    { en: 'Stage', ko: '단계' },
    { en: 'Finding', ko: '발견' },
    { en: 'Path', ko: '경로' },
    { en: 'Meaning', ko: '뜻', as: 'wide' },
    { en: 'Times', ko: '횟수', as: 'number' },
  ] as const;
  const rows = findings.map((finding) => ({
    cells: [
      finding.stage,
      code(finding.code),
      pathsOf(finding),
      both(finding.meaning, FINDINGS_KO[finding.code as FindingCode] ?? finding.meaning),
      number(finding.findings),
    ],
  }));
  return table(columns, rows, 'cards');
}

/** Paths that are shown of a finding that is only counted. */
const PATHS = 6;

function pathsOf({ path, samples }: FindingFacts): Html {
  if (path !== null) return code(path);
  const paths = [...new Set(samples.map((sample) => sample.path))];
  const rest = paths.length - PATHS;
  return html`${paths.slice(0, PATHS).map((one) => html`${code(one)} `)}${rest > 0 && html`<small>+${rest}</small>`}`;
}

/** Values that had no column, by their path. */
export function leftoversSection({ leftovers }: Facts): Html {
  if (leftovers.length === 0) {
    return html`<p class="none">${both('Every field had a column.', '모든 필드에 대응하는 컬럼이 있습니다.')}</p>`;
  }
  const columns = [
    { en: 'Collection', ko: '컬렉션' },
    { en: 'Path', ko: '경로', as: 'wide' },
    { en: 'Values', ko: '값', as: 'number' },
  ] as const;
  const rows = leftovers.map(({ collection, path, values }) => ({ cells: [collection, code(path), number(values)] }));
  return html`<p class="intro">${both(
    'Values without a column, kept in the table migration_leftover.',
    '대응하는 컬럼이 없어 migration_leftover 테이블에 보관한 값입니다.',
  )}</p>${table(columns, rows, 'cards')}`;
}
