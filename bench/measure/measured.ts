import { plainTable } from '../../engine/common/plain-table.ts';
import { grouped } from '../../scripts/cli/screen/figures.ts';
import type { Goal } from './goals.ts';
import type { Figures } from './measure.ts';

/** What one call of the benchmark found. */
export interface Measured {
  /** The day. */
  readonly at: string;
  readonly processor: string;
  readonly memoryGibibytes: number;
  readonly node: string;
  readonly server: string;
  readonly documents: number;
  readonly rounds: number;
  readonly figures: readonly Figures[];
  /** One run with many documents. */
  readonly large: Figures | null;
  /** What was left out, and why. */
  readonly missing: readonly string[];
  readonly goals: readonly Goal[];
}

export const RATE_HEAD = [
  '',
  'documents',
  'rows/s',
  'documents/s',
  'lowest – highest rows/s',
  '× create per row',
  'of COPY',
];

/** Rates of every contender, as a table's lines. */
export function rateLines({ figures, large }: Measured): string[][] {
  const rate = (key: string) => figures.find((one) => one.key === key)?.documentsPerSecond;
  return [...figures, ...(large ? [{ ...large, key: 'tool-1000, large' }] : [])].map((one) => {
    const runs = one.seconds.map((seconds) => Math.round(one.rows / seconds));
    // Other tables than everyone else's, or rows that nobody has counted before: only documents can be compared.
    const own = one.key === 'dlt' || one.rows === 0;
    return [
      one.key,
      grouped(one.documents),
      own ? '–' : grouped(one.rowsPerSecond),
      grouped(one.documentsPerSecond),
      own ? '–' : `${grouped(Math.min(...runs))} – ${grouped(Math.max(...runs))}`,
      ratio(one.documentsPerSecond, rate('createPerRow-50'), 1),
      ratio(one.documentsPerSecond, rate('copy'), 2),
    ];
  });
}

export const RUN_HEAD = ['', 'documents', 'copy s', 'verification s', 'whole run s', 'worker’s memory at most, MiB'];

/** What whole migrations took, as a table's lines. */
export function runLines({ figures, large }: Measured): string[][] {
  return [...figures, ...(large ? [{ ...large, key: 'tool-1000, large' }] : [])].flatMap(({ key, documents, run }) =>
    run === undefined
      ? []
      : [
          [
            key,
            grouped(documents),
            ...[run.copy, run.verification, run.whole].map((seconds) => seconds.toFixed(1)),
            String(run.peakMebibytes),
          ],
        ],
  );
}

export const GOAL_HEAD = ['goal', 'asked', 'measured', 'met'];

/** The goals, as a table's lines. */
export function goalLines({ goals }: Measured): string[][] {
  return goals.map(({ asks, least, most, measured, met }) => [
    asks,
    least === undefined ? `≤ ${most}` : `≥ ${least}`,
    measured === null ? '–' : measured >= 100 ? grouped(Math.round(measured)) : measured.toFixed(2),
    met === null ? 'not measured' : met ? 'yes' : 'no',
  ]);
}

/** Where and how it was measured, in one sentence. */
export function circumstances({ at, processor, memoryGibibytes, node, server, documents, rounds }: Measured): string {
  return `${at}, ${processor}, ${memoryGibibytes} GiB, Node ${node}, ${server}; ${grouped(documents)} documents, median of ${rounds}.`;
}

/** All of it for a terminal. */
export function shown(measured: Measured): string {
  const table = (head: string[], lines: string[][]) =>
    plainTable(head, lines, { align: head.map((_, column) => (column === 0 ? 'left' : 'right')) });
  return [
    circumstances(measured),
    table(RATE_HEAD, rateLines(measured)),
    ...measured.figures.map(({ key, does }) => `${key}: ${does}`),
    ...measured.missing,
    table(RUN_HEAD, runLines(measured)),
    table(GOAL_HEAD, goalLines(measured)),
  ].join('\n');
}

function ratio(part: number, whole: number | undefined, digits: number): string {
  return whole === undefined ? '–' : (part / whole).toFixed(digits);
}
