import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { grouped } from '../../scripts/cli/screen/figures.ts';
import { projectFolder } from '../../scripts/servers/project.ts';
import {
  circumstances,
  GOAL_HEAD,
  goalLines,
  type Measured,
  RATE_HEAD,
  RUN_HEAD,
  rateLines,
  runLines,
} from './measured.ts';

const docs = (name: string) => join(projectFolder, 'docs', name);
const [BEGIN, END] = ['<!-- bench: begin -->', '<!-- bench: end -->'];

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

/**
 * Puts what was measured between the markers of docs/performance.md, and its charts into docs/images.
 * @throws Error when the page has no markers
 */
export async function writePage(measured: Measured): Promise<void> {
  const path = docs('performance.md');
  const page = await readFile(path, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/performance.md has no ${BEGIN} … ${END}`);
  await writeFile(docs('images/bench-rates.svg'), ratesChart(measured));
  await writeFile(docs('images/bench-memory.svg'), memoryChart(measured));
  await writeFile(path, `${page.slice(0, begin + BEGIN.length)}\n\n${section(measured)}\n\n${page.slice(end)}`);
}

function section(measured: Measured): string {
  return [
    circumstances(measured),
    markdown(RATE_HEAD, rateLines(measured)),
    measured.figures.map(({ key, does }) => `- \`${key}\`: ${does}`).join('\n'),
    ...measured.missing,
    '![Documents a second](images/bench-rates.svg)',
    markdown(RUN_HEAD, runLines(measured)),
    '![The worker’s resident memory over the run](images/bench-memory.svg)',
    markdown(GOAL_HEAD, goalLines(measured)),
  ].join('\n\n');
}

/** Cells padded as Biome formats them: the first column begins on the left, numbers end on the right. */
function markdown(head: readonly string[], lines: readonly string[][]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...lines].map((cells) => cells[column]!.length)));
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [head, rule, ...lines]
    .map((cells) =>
      cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))),
    )
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function ratesChart({ figures }: Measured): string {
  const bars = figures.filter(({ key }) => !key.startsWith('live')).reverse();
  return drawn(90 + bars.length * 26, {
    grid: { left: 150, right: 70, top: 10, bottom: 50 },
    xAxis: { type: 'value', name: 'documents/s', nameLocation: 'middle', nameGap: 26, axisLabel: TEXT },
    yAxis: { type: 'category', data: bars.map(({ key }) => key), axisLabel: TEXT },
    series: [
      {
        type: 'bar',
        data: bars.map(({ key, documentsPerSecond }) => ({
          value: documentsPerSecond,
          itemStyle: { color: key.startsWith('tool') ? '#2f6fb3' : '#9aa7b4' },
        })),
        label: { show: true, position: 'right', formatter: ({ value }: { value: number }) => grouped(value), ...TEXT },
      },
    ],
  });
}

function memoryChart({ figures, large }: Measured): string {
  const runs = [...figures, ...(large ? [{ ...large, key: 'tool-1000, large' }] : [])].filter(({ run }) => run);
  const share = ([second]: readonly [number, number], end: number) => Math.round((1000 * second) / end) / 10;
  return drawn(280, {
    grid: { left: 44, right: 24, top: 34, bottom: 50 },
    legend: { top: 4, textStyle: TEXT },
    xAxis: { type: 'value', max: 100, name: '% of the run', nameLocation: 'middle', nameGap: 26, axisLabel: TEXT },
    yAxis: { type: 'value', name: 'MiB', axisLabel: TEXT },
    series: runs.map(({ key, run }) => {
      const end = run!.memory.at(-1)?.[0] ?? 1;
      return { type: 'line', name: key, showSymbol: false, data: run!.memory.map((one) => [share(one, end), one[1]]) };
    }),
  });
}

const TEXT = { color: '#57606a', fontSize: 12, fontFamily: 'sans-serif' };

function drawn(height: number, option: Parameters<ReturnType<typeof init>['setOption']>[0]): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 760, height });
  try {
    chart.setOption({ animation: false, backgroundColor: '#ffffff', ...option });
    return `${chart.renderToSVGString({ useViewBox: true })}\n`;
  } finally {
    chart.dispose();
  }
}
