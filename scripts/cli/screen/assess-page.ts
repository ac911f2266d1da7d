import { plainTable } from '../../../engine/common/plain-table.ts';
import { harmlessText } from '../../../engine/common/shown-text.ts';
import {
  ASSESSED,
  aboutRowsAndSpace,
  allOfSampleWouldMove,
  allWouldMove,
  collectionHas,
  fieldHasColumn,
  heldBy,
  isSample,
  keysInMemory,
  moreInFiles,
  morePaths,
  otherHasIt,
  pathHas,
  reasonCounted,
  reasonCountedAt,
  rowsAndSpace,
  someHeldBack,
  someOfSampleHeld,
  sourceIs,
  timeNeeded,
  wholeDocument,
  wouldBlock,
} from '../../../engine/messages/commands/assessment.ts';
import { eachOnALine } from '../../../engine/messages/lines.ts';
import { COLUMNS } from '../../../engine/messages/report/columns.ts';
import { countsText, fateText, isMixed, type PathFacts } from '../../../engine/report/facts/census-facts.ts';
import type { Assessment } from '../../../operations/assess/assess.ts';
import type { StageAssessment } from '../../../operations/assess/assess-stage.ts';
import type { Reason, ReasonExample } from '../../../operations/assess/reasons.ts';
import { bytesText, duration, grouped, share } from './figures.ts';
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
    fittingTable(SHOWN, stages, width),
    ...stages.filter(({ documents }) => documents > 0).map((stage) => stageLines(stage, census ? width : null)),
    estimateLines(assessment),
  ];
  const lines = parts.join('\n\n').split('\n');
  return lines.flatMap((line) => (/^[┌├│└]/.test(line) ? [line] : folded(line, width))).join('\n');
}

/** What would happen, in one sentence. */
export function verdictOf({ stages, sample, verdict }: Assessment): string {
  const documents = sum(stages, ({ documents: one }) => one);
  const fields = sum(stages, ({ forgotten }) => forgotten.length);
  if (verdict === 'blocked') return wouldBlock({ fields }).text;
  const held = sum(stages, ({ quarantined }) => quarantined);
  if (verdict === 'clean') return (sample === null ? allWouldMove : allOfSampleWouldMove)({ documents }).text;
  return (sample === null ? someHeldBack : someOfSampleHeld)({ held, documents, share: share(held, documents) }).text;
}

function verdictLines(assessment: Assessment): string {
  const { sample, source, stages } = assessment;
  const lines = [verdictOf(assessment), sourceIs({ source: harmlessText(source) }).text];
  if (sample !== null) {
    const total = sum(stages, ({ total: one }) => one);
    lines.push(isSample({ size: sample.size, seed: String(sample.seed), documents: total }).text);
  }
  return lines.join('\n');
}

const SHOWN: readonly FittingColumn<StageAssessment>[] = [
  { head: COLUMNS.collection.en, cell: ({ collection }) => collection },
  { head: COLUMNS.documents.en, cell: ({ total }) => grouped(total), align: 'right' },
  { head: COLUMNS.assessed.en, cell: ({ documents }) => grouped(documents), leave: 3, align: 'right' },
  { head: COLUMNS.wouldMove.en, cell: ({ moved }) => grouped(moved), align: 'right' },
  { head: COLUMNS.quarantined.en, cell: ({ quarantined }) => grouped(quarantined), align: 'right' },
  { head: COLUMNS.share.en, cell: ({ quarantined, documents }) => share(quarantined, documents), align: 'right' },
  {
    head: COLUMNS.findings.en,
    cell: ({ findings }) => grouped(sum(findings, ({ count }) => count)),
    leave: 4,
    align: 'right',
  },
  { head: COLUMNS.rows.en, cell: ({ tables }) => grouped(sum(tables, ({ rows }) => rows)), leave: 2, align: 'right' },
  { head: COLUMNS.bson.en, cell: ({ bytes }) => bytesText(bytes), leave: 1, align: 'right' },
];

function stageLines(stage: StageAssessment, censusWidth: number | null): string {
  const { collection, documents, bytes, census, reasons, findings, forgotten } = stage;
  const stops = new Set(forgotten.map(({ path }) => path));
  const kept = census.paths.filter(({ to, path }) => to.kind === 'leftover' && !stops.has(path));
  const unknown = kept.filter(({ path }) => !path.includes('.'));
  const nested = kept.filter(({ path }) => path.includes('.'));
  const mixed = census.paths.filter(({ types }) => isMixed(types));
  const kinds = [
    section(
      ASSESSED.forgotten.en,
      forgotten.map((one) => fieldHasColumn(one).text),
    ),
    section(
      ASSESSED.held.en,
      reasons.map((reason) => reasonLine(reason, documents)),
    ),
    section(ASSESSED.noticed.en, findingLines(findings)),
    section(ASSESSED.leftover.en, [...unknown, ...nested].map(pathLine)),
    section(ASSESSED.mixed.en, mixed.map(pathLine)),
    ...(censusWidth === null ? [] : [censusTable(census.paths, censusWidth)]),
  ].filter((text) => text !== '');
  const head = collectionHas({ collection, documents, size: bytesText(bytes) }).text;
  return [head, ...(kinds.length > 0 ? kinds : [`  ${ASSESSED.nothing.en}`])].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const rest = lines.length > LINES ? [`    ${moreInFiles({ count: lines.length - LINES }).text}`] : [];
  return [`  ${title}`, ...lines.slice(0, LINES).map((line) => `    ${line}`), ...rest].join('\n');
}

function reasonLine({ code, path, count, meaning, examples }: Reason, documents: number): string {
  const named = examples.slice(0, EXAMPLES).map((one) => exampleText(code, one));
  if (count > named.length) named.push('…');
  const about = { count, code, share: share(count, documents), meaning };
  const head = path === null ? reasonCounted(about) : reasonCountedAt({ ...about, path });
  return `${head.text}\n        ${named.join(', ')}`;
}

function exampleText(code: string, { legacyId, cause }: ReasonExample): string {
  if (cause === null) return legacyId;
  if (code === 'duplicate') return otherHasIt({ document: legacyId, other: cause.legacyId }).text;
  return heldBy({ document: legacyId, other: `${cause.collection} ${cause.legacyId}`, code: cause.code }).text;
}

/** Two lines for each code, the second with its paths; the most frequent first. */
function findingLines(findings: readonly Reason[]): string[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const byCode = codes.map((code) => findings.filter((one) => one.code === code));
  const total = (alike: readonly Reason[]) => sum(alike, ({ count }) => count);
  byCode.sort((a, b) => total(b) - total(a));
  return byCode.map((alike) => {
    const { code, meaning } = alike[0]!;
    const places = alike.slice(0, PATHS).map(({ path, count }) => `${path ?? wholeDocument().text} ${grouped(count)}`);
    if (alike.length > PATHS) places.push(morePaths({ count: alike.length - PATHS }).text);
    return `${grouped(total(alike))} × ${code}: ${meaning}\n        ${places.join(', ')}`;
  });
}

function pathLine({ path, documents, types }: PathFacts): string {
  return pathHas({ path, documents, types: countsText(types) }).text;
}

function censusTable(paths: readonly PathFacts[], width: number): string {
  const rows = paths.map((one) => [one.path, grouped(one.documents), countsText(one.types), fateText(one.to)]);
  const room = width - 13 - 9;
  const widest = (at: number) => Math.max(12, ...rows.map((row) => row[at]!.length));
  const first = Math.min(widest(0), Math.floor(room * 0.34));
  const second = Math.min(widest(2), Math.floor(room * 0.33));
  const third = Math.min(widest(3), room - first - second);
  const head = [COLUMNS.path.en, COLUMNS.documents.en, COLUMNS.types.en, COLUMNS.goesTo.en];
  const widths = [first + 2, 11, second + 2, third + 2];
  return plainTable(head, rows, { align: ['left', 'right', 'left', 'left'], widths });
}

function estimateLines({ estimate, stages, sample, memoryBytes }: Assessment): string {
  const { rows, tableBytes, sideBytes, readSeconds, writeSeconds, assumedRowsPerSecond } = estimate;
  const bytes = sum(stages, (stage) => (stage.documents === 0 ? 0 : (stage.bytes * stage.total) / stage.documents));
  const [size, tables, side] = [tableBytes + sideBytes, tableBytes, sideBytes].map(bytesText) as [
    string,
    string,
    string,
  ];
  const [time, reading, writing] = [readSeconds + writeSeconds, readSeconds, writeSeconds].map(duration) as [
    string,
    string,
    string,
  ];
  return eachOnALine([
    (sample === null ? rowsAndSpace : aboutRowsAndSpace)({ bytes: bytesText(bytes), rows, size, tables, side }),
    timeNeeded({ time, reading, writing, rate: assumedRowsPerSecond }),
    keysInMemory({ size: bytesText(memoryBytes) }),
  ]).text;
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
