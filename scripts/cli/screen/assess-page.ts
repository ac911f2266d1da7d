import { plainTable } from '../../../engine/common/plain-table.ts';
import { harmlessText } from '../../../engine/common/shown-text.ts';
import { countsText, fateText, isMixed, type PathFacts } from '../../../engine/report/facts/census-facts.ts';
import type { Assessment } from '../../../operations/assess/assess.ts';
import type { StageAssessment } from '../../../operations/assess/assess-stage.ts';
import type { Reason, ReasonExample } from '../../../operations/assess/reasons.ts';
import { bytesText, counted, duration, grouped, share } from './figures.ts';
import { type FittingColumn, fittingTable } from './fitting-table.ts';

/** Documents that are named of each reason. */
const EXAMPLES = 3;
/** Paths that are named of each kind of finding. */
const PATHS = 10;
/** Lines of each kind and collection; `--out` has all of them. */
const LINES = 12;

/** An assessment for people, the verdict first; lines are folded to the width. */
export function assessPage(assessment: Assessment, options: { width: number; census?: boolean }): string {
  const { width, census = false } = options;
  const { stages } = assessment;
  const parts = [
    verdictLines(assessment),
    fittingTable(COLUMNS, stages, width),
    ...stages.filter(({ documents }) => documents > 0).map((stage) => stageLines(stage, census ? width : null)),
    estimateLines(assessment),
  ];
  const lines = parts.join('\n\n').split('\n');
  return lines.flatMap((line) => (/^[┌├│└]/.test(line) ? [line] : folded(line, width))).join('\n');
}

/** What would happen, in one sentence. */
export function verdictOf({ stages, sample, verdict }: Assessment): string {
  const documents = sum(stages, ({ documents: one }) => one);
  const held = sum(stages, ({ quarantined }) => quarantined);
  const of = sample === null ? counted(documents, 'document') : `${counted(documents, 'document')} of a random sample`;
  if (verdict === 'clean') return `Nothing would be quarantined: all ${of} would move.`;
  return `${grouped(held)} of ${of} (${share(held, documents)}) would be quarantined.`;
}

function verdictLines(assessment: Assessment): string {
  const { sample, source, stages } = assessment;
  const lines = [verdictOf(assessment), `Source: ${harmlessText(source)}`];
  if (sample !== null) {
    const total = sum(stages, ({ total: one }) => one);
    lines.push(
      `This is a sample: at most ${grouped(sample.size)} of each collection, by seed ${sample.seed}, of ${counted(total, 'document')}. Shares are estimates; duplicates are found only if both documents are in the sample.`,
    );
  }
  return lines.join('\n');
}

const COLUMNS: readonly FittingColumn<StageAssessment>[] = [
  { head: 'Collection', cell: ({ collection }) => collection },
  { head: 'Documents', cell: ({ total }) => grouped(total), align: 'right' },
  { head: 'Assessed', cell: ({ documents }) => grouped(documents), leave: 3, align: 'right' },
  { head: 'Would move', cell: ({ moved }) => grouped(moved), align: 'right' },
  { head: 'Quarantine', cell: ({ quarantined }) => grouped(quarantined), align: 'right' },
  { head: 'Share', cell: ({ quarantined, documents }) => share(quarantined, documents), align: 'right' },
  { head: 'Findings', cell: ({ findings }) => grouped(sum(findings, ({ count }) => count)), leave: 4, align: 'right' },
  { head: 'Rows', cell: ({ tables }) => grouped(sum(tables, ({ rows }) => rows)), leave: 2, align: 'right' },
  { head: 'BSON', cell: ({ bytes }) => bytesText(bytes), leave: 1, align: 'right' },
];

function stageLines(stage: StageAssessment, censusWidth: number | null): string {
  const { collection, documents, bytes, census, reasons, findings } = stage;
  const unknown = census.paths.filter(({ to, path }) => to.kind === 'leftover' && !path.includes('.'));
  const nested = census.paths.filter(({ to, path }) => to.kind === 'leftover' && path.includes('.'));
  const mixed = census.paths.filter(({ types }) => isMixed(types));
  const kinds = [
    section(
      'Would go to quarantine',
      reasons.map((reason) => reasonLine(reason, documents)),
    ),
    section('Would move, with a finding', findingLines(findings)),
    section('Not in the model: kept as leftovers', [...unknown, ...nested].map(pathLine)),
    section('More than one type', mixed.map(pathLine)),
    ...(censusWidth === null ? [] : [censusTable(census.paths, censusWidth)]),
  ].filter((text) => text !== '');
  const head = `${collection}: ${counted(documents, 'document')}, ${bytesText(bytes)}`;
  return [head, ...(kinds.length > 0 ? kinds : ['  Nothing to report.'])].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const rest = lines.length > LINES ? [`    … and ${grouped(lines.length - LINES)} more (--json, --out)`] : [];
  return [`  ${title}`, ...lines.slice(0, LINES).map((line) => `    ${line}`), ...rest].join('\n');
}

function reasonLine({ code, path, count, meaning, examples }: Reason, documents: number): string {
  const named = examples.slice(0, EXAMPLES).map((one) => exampleText(code, one));
  if (count > named.length) named.push('…');
  const place = path === null ? '' : ` at ${path}`;
  return `${grouped(count)} × ${code}${place} (${share(count, documents)}): ${meaning}\n        ${named.join(', ')}`;
}

function exampleText(code: string, { legacyId, cause }: ReasonExample): string {
  if (cause === null) return legacyId;
  if (code === 'duplicate') return `${legacyId} (${cause.legacyId} has it)`;
  return `${legacyId} (by ${cause.collection} ${cause.legacyId}, ${cause.code})`;
}

/** Two lines for each code, the second with its paths; the most frequent first. */
function findingLines(findings: readonly Reason[]): string[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const byCode = codes.map((code) => findings.filter((one) => one.code === code));
  const total = (alike: readonly Reason[]) => sum(alike, ({ count }) => count);
  byCode.sort((a, b) => total(b) - total(a));
  return byCode.map((alike) => {
    const { code, meaning } = alike[0]!;
    const places = alike.slice(0, PATHS).map(({ path, count }) => `${path ?? 'document'} ${grouped(count)}`);
    if (alike.length > PATHS) places.push(`and ${grouped(alike.length - PATHS)} more paths`);
    return `${grouped(total(alike))} × ${code}: ${meaning}\n        ${places.join(', ')}`;
  });
}

function pathLine({ path, documents, types }: PathFacts): string {
  return `${path}: ${counted(documents, 'document')} (${countsText(types)})`;
}

function censusTable(paths: readonly PathFacts[], width: number): string {
  const rows = paths.map((one) => [one.path, grouped(one.documents), countsText(one.types), fateText(one.to)]);
  const room = width - 13 - 9;
  const widest = (at: number) => Math.max(12, ...rows.map((row) => row[at]!.length));
  const first = Math.min(widest(0), Math.floor(room * 0.34));
  const second = Math.min(widest(2), Math.floor(room * 0.33));
  const third = Math.min(widest(3), room - first - second);
  const head = ['Path', 'Documents', 'BSON types', 'Goes to'];
  const widths = [first + 2, 11, second + 2, third + 2];
  return plainTable(head, rows, { align: ['left', 'right', 'left', 'left'], widths });
}

function estimateLines({ estimate, stages, sample, memoryBytes }: Assessment): string {
  const { rows, tableBytes, sideBytes, readSeconds, writeSeconds, assumedRowsPerSecond } = estimate;
  const bytes = sum(stages, (stage) => (stage.documents === 0 ? 0 : (stage.bytes * stage.total) / stage.documents));
  const about = sample === null ? '' : 'about ';
  return [
    `Of ${about}${bytesText(bytes)} BSON would come ${about}${counted(rows, 'row')}. The target would take about ${bytesText(tableBytes + sideBytes)}: ${bytesText(tableBytes)} for tables and indexes, ${bytesText(sideBytes)} for the migration’s side tables.`,
    `A migration would take about ${duration(readSeconds + writeSeconds)}: ${duration(readSeconds)} to read, check and transform everything twice, at the rate measured here, and ${duration(writeSeconds)} to write the rows and to read them back, at an assumed ${grouped(assumedRowsPerSecond)} rows a second.`,
    `This assessment kept ${bytesText(memoryBytes)} of keys in memory and wrote nothing.`,
  ].join('\n');
}

const sum = <T>(all: readonly T[], of: (one: T) => number) => all.reduce((total, one) => total + of(one), 0);

/** A line broken between words; inside a section, what goes on is indented. */
function folded(line: string, width: number): string[] {
  const lines: string[] = [];
  const indent = line.startsWith(' ') ? ' '.repeat(8) : '';
  let rest = line;
  while (rest.length > width) {
    const end = rest.lastIndexOf(' ', width);
    if (end <= rest.search(/\S/)) break;
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end + 1);
  }
  return [...lines, rest];
}
