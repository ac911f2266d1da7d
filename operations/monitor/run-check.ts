import { z } from 'zod';
import { jsonOrNull } from '../../engine/common/read-json.ts';
import { CHECK_PROBLEMS } from '../../engine/messages/operations/monitor.ts';
import type { Check, HttpCheck, Operator, PromqlCheck } from './settings.ts';

/** What came of a check; nothing of its address or its headers. */
export interface CheckAnswer {
  readonly name: string;
  /** As the check has it. */
  readonly rounds: number;
  /** What is wrong, in a sentence without a stop; null when nothing is. */
  readonly problem: string | null;
}

/** Whoever has not answered by then does not answer. */
const PATIENCE_MS = 10_000;
/** More of an answer is not read. */
const MOST_CHARACTERS = 1_000_000;

/** Asks once; whatever goes wrong with that is the check's problem, and never thrown. */
export async function runCheck(check: Check, patienceMs = PATIENCE_MS): Promise<CheckAnswer> {
  const { name, rounds } = check;
  const patience = check.kind === 'http' ? Math.max(patienceMs, check.withinMs) : patienceMs;
  try {
    const problem = check.kind === 'promql' ? await askPrometheus(check, patience) : await askPage(check, patience);
    return { name, rounds, problem };
  } catch (error) {
    return { name, rounds, problem: whyUnanswered(error, patience) };
  }
}

async function askPage({ url, headers, status, withinMs }: HttpCheck, patience: number): Promise<string | null> {
  const since = performance.now();
  const answer = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(patience) });
  await answer.arrayBuffer();
  const took = Math.ceil(performance.now() - since);
  if (answer.status !== status)
    return CHECK_PROBLEMS.otherStatus({ status: String(answer.status), wanted: String(status) }).text;
  return took > withinMs ? CHECK_PROBLEMS.late({ took, most: withinMs }).text : null;
}

const sample = z.tuple([z.number(), z.string()]);
const answer = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
    z.object({ resultType: z.literal('scalar'), result: sample }),
  ]),
});

async function askPrometheus(check: PromqlCheck, patience: number): Promise<string | null> {
  const url = new URL(check.url);
  url.searchParams.set('query', check.expression);
  const got = await fetch(url, { headers: check.headers, signal: AbortSignal.timeout(patience) });
  const text = await got.text();
  if (got.status !== 200) return CHECK_PROBLEMS.prometheusStatus({ status: String(got.status) }).text;
  const parsed = answer.safeParse(text.length > MOST_CHARACTERS ? null : jsonOrNull(text));
  if (!parsed.success) return CHECK_PROBLEMS.notPrometheus().text;
  const { data } = parsed.data;
  const values = data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value);
  // Prometheus writes NaN and +Inf as text; no request is 0/0.
  const numbers = values.map(([, value]) => Number(value.replace('Inf', 'Infinity'))).filter((n) => !Number.isNaN(n));
  if (numbers.length === 0) return check.allowEmpty ? null : CHECK_PROBLEMS.noSample().text;
  const bad = numbers.find((number) => COMPARE[check.op](number, check.value));
  return bad === undefined ? null : `${Number(bad.toPrecision(6))} ${check.op} ${check.value}`;
}

const COMPARE: Readonly<Record<Operator, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/** Words of the system could name the address, which may hold a secret: only the code is told. */
export function whyUnanswered(error: unknown, patience: number): string {
  if ((error as Error | null)?.name === 'TimeoutError') return CHECK_PROBLEMS.noAnswer({ most: patience }).text;
  const code = ((error as { cause?: { code?: unknown } } | null)?.cause?.code ?? null) as string | null;
  const { noConnection, noConnectionBecause } = CHECK_PROBLEMS;
  return code !== null && /^\w{1,40}$/.test(String(code)) ? noConnectionBecause({ code }).text : noConnection().text;
}
