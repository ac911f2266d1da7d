import { grouped } from '../../common/figures.ts';
import type { Course, StagePace } from '../facts/run-record.ts';
import { type Html, raw } from './text.ts';

/** Documents a second over seconds since the first of all points: flat between two points, and closed at both ends. */
interface Curve {
  readonly kind: StagePace['kind'];
  readonly color: string;
  readonly data: readonly (readonly [second: number, rate: number])[];
}

/**
 * The rate of every stage over time as inline SVG, made by ECharts on this side: the page needs no script for it.
 * Colours are the page's own variables.
 * @returns null when no stage has gone on for any time
 */
export async function rateChart(
  course: Course,
  colorOf: (stage: string) => string,
  width: number,
): Promise<Html | null> {
  const begin = Math.min(...course.pace.map(({ startedAt }) => Date.parse(startedAt)));
  const curves = course.pace.flatMap((pace) => curveOf(pace, begin, colorOf(pace.stage)));
  if (curves.length === 0) return null;
  const standing = standingStill(course, begin, Math.max(...curves.flatMap(({ data }) => data.map(([at]) => at))));
  const { init } = await import('./echarts.ts');
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: width < 500 ? 220 : 260 });
  try {
    const text = { color: 'var(--faint)', fontSize: 12, fontFamily: 'inherit' };
    const rule = { lineStyle: { color: 'var(--rule)' } };
    chart.setOption({
      animation: false,
      grid: { left: 4, right: 16, top: 14, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: {
        ...{ type: 'value', min: 0, max: 'dataMax', splitNumber: width < 500 ? 4 : 8, splitLine: { show: false } },
        ...{ axisLine: rule, axisTick: rule, axisLabel: { ...text, formatter: clock, hideOverlap: true } },
      },
      yAxis: {
        ...{ type: 'value', min: 0, splitNumber: 4, splitLine: rule },
        axisLabel: { ...text, formatter: grouped },
      },
      series: curves.map(({ kind, color, data }, index) => ({
        ...{ type: 'line', step: 'end', showSymbol: false, silent: true, data },
        lineStyle: { color, width: kind === 'copied' ? 1.5 : 1, type: kind === 'copied' ? 'solid' : [4, 3] },
        ...(kind === 'copied' && { areaStyle: { color, opacity: 0.16 } }),
        ...(index === 0 && {
          markArea: {
            ...{ silent: true, itemStyle: { color: 'var(--shade)' } },
            data: standing.map(([from, to]) => [{ xAxis: from }, { xAxis: to }]),
          },
        }),
      })),
    });
    return raw(chart.renderToSVGString({ useViewBox: true }));
  } finally {
    chart.dispose();
  }
}

function curveOf({ kind, startedAt, points }: StagePace, begin: number, color: string): Curve[] {
  const offset = Date.parse(startedAt) - begin;
  const data: [number, number][] = [];
  for (const [index, [after = 0, documents = 0]] of points.entries()) {
    const [before = 0, earlier = 0] = points[index - 1] ?? [];
    if (index === 0 || after <= before) continue;
    if (data.length === 0) data.push([(offset + before) / 1000, 0]);
    const rate = Math.round(((documents - earlier) * 10_000) / (after - before)) / 10;
    data.push([(offset + before) / 1000, rate], [(offset + after) / 1000, rate]);
  }
  const last = data.at(-1);
  return last === undefined ? [] : [{ kind, color, data: [...data, [last[0], 0]] }];
}

/** When the run stood still: from each pause or block until it went on. */
function standingStill({ timeline }: Course, begin: number, end: number): [from: number, to: number][] {
  const spans: [number, number][] = [];
  let since: number | null = null;
  for (const { kind, name, at } of timeline) {
    if (kind !== 'phase') continue;
    const second = Math.min(end, Math.max(0, (Date.parse(at) - begin) / 1000));
    const stands = name === 'paused' || name === 'blocked';
    if (stands) since ??= second;
    else if (since !== null && name !== 'pausing') {
      if (second > since) spans.push([since, second]);
      since = null;
    }
  }
  return spans;
}

/** `0:07`, `12:30`, `1:02:30`; parts of a second where the whole chart is a few seconds. */
function clock(seconds: number): string {
  if (!Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return hours === 0 ? `${minutes}:${two(rest)}` : `${hours}:${two(minutes)}:${two(rest)}`;
}
