import { z } from 'zod';
import { held, placeOf, wrongIn } from '../../engine/messages/input/problems.ts';
import { WHOLE } from '../../engine/messages/input/words.ts';
import type { Message, Param } from '../../engine/messages/message.ts';
import { monitorSettingsRemoved } from '../../engine/messages/operations/monitor.ts';
import {
  inFile,
  monitorVariableMissing,
  noColumnOfTable,
  noTableOfPlan,
  notHeaderName,
  notHttpAddress,
  rootNotAlone,
  sameCheckName,
  wrongInFile,
} from '../../engine/messages/worker/files.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import { type MonitorSettings, NO_MONITOR_SETTINGS, OPERATORS } from '../../operations/monitor/settings.ts';
import { plan } from '../../stages/plan.ts';
import { fillIn, readJsonFile } from './json-file.ts';

const url = z.string().refine((text) => URL.canParse(text) && /^https?:/.test(text), held(notHttpAddress()));
const headers = z
  .record(
    z.string().refine((text) => /^[\w-]+$/.test(text), held(notHeaderName())),
    z.string(),
  )
  .default({});
const name = z.string().min(1).max(80);
const rounds = z.number().int().min(1).max(100).default(1);

const promql = z.strictObject({
  kind: z.literal('promql'),
  ...{ name, url, headers, rounds },
  expression: z.string().min(1),
  op: z.enum(OPERATORS),
  value: z.number(),
  allowEmpty: z.boolean().default(false),
});

const http = z.strictObject({
  kind: z.literal('http'),
  ...{ name, url, headers, rounds },
  status: z.number().int().min(100).max(599).default(200),
  withinMs: z.number().int().min(1).max(60_000).default(1_000),
});

/** A setting of earlier builds, which has its own sentence. */
const removed = z.unknown().optional();

const labels = z.array(z.string());
const rule = z.strictObject({
  immutable: labels.optional(),
  fixed: z.array(z.strictObject({ column: z.string(), labels, columns: labels })).optional(),
  transitions: z.record(z.string(), z.record(z.string(), labels)).optional(),
  deletable: z.boolean().optional(),
  alone: z.boolean().optional(),
  computed: labels.optional(),
  born: z.string().nullable().optional(),
});

const file = z.strictObject({
  checks: z
    .array(z.discriminatedUnion('kind', [promql, http]))
    .default([])
    .refine((all) => new Set(all.map((one) => one.name)).size === all.length, held(sameCheckName())),
  webhook: z.strictObject({ url, headers, secret: removed }).nullable().default(null),
  webhooks: removed,
  rules: z.record(z.string(), rule).default({}),
});

/**
 * What MONITOR_FILE declares, with `${NAME}` filled in from the environment.
 * @returns with a sentence for everything that is wrong with it; its values are in none
 */
export function readMonitorFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly monitor: MonitorSettings; readonly problems: readonly Message[] } {
  const refused = (problems: readonly Message[]) => ({ monitor: NO_MONITOR_SETTINGS, problems });
  const given = readJsonFile('MONITOR_FILE', path);
  if ('problem' in given) return refused([given.problem]);
  const missing = new Set<string>();
  const parsed = file.safeParse(filledIn(given.json, environment, missing));
  const problems = [
    ...removedIn(given.json),
    ...[...missing].map((variable) => monitorVariableMissing({ name: `\${${variable}}` })),
  ];
  if (!parsed.success) return refused([...problems, ...parsed.error.issues.map(problemOf)]);
  problems.push(...Object.entries(parsed.data.rules).flatMap(([table, declared]) => ruleProblems(table, declared)));
  return problems.length > 0 ? refused(problems) : { monitor: parsed.data as MonitorSettings, problems: [] };
}

/** Names what earlier builds had: several webhooks, and secrets to sign with. */
function removedIn(json: unknown): Message[] {
  const { webhook, webhooks } = Object(json) as { webhook?: unknown; webhooks?: unknown };
  const signing = (one: unknown, at: string) => (Object.hasOwn(Object(one), 'secret') ? [`${at}.secret`] : []);
  const settings = [
    ...signing(webhook, 'webhook'),
    ...(webhooks === undefined ? [] : ['webhooks']),
    ...[webhooks].flat().flatMap((one, place) => signing(one, `webhooks.${place}`)),
  ];
  return settings.length === 0
    ? []
    : [inFile({ setting: 'MONITOR_FILE', problem: monitorSettingsRemoved({ settings, count: settings.length }) })];
}

/** Only texts are filled in; a variable that is not set is told, and never taken for empty. */
function filledIn(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  missing: Set<string>,
): unknown {
  if (typeof value === 'string') return fillIn(value, environment, (variable) => missing.add(variable));
  if (Array.isArray(value)) return value.map((one) => filledIn(one, environment, missing));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filledIn(one, environment, missing)]));
}

function problemOf(issue: z.core.$ZodIssue): Message {
  return wrong(placeOf(issue, WHOLE.file), wrongIn(issue));
}

function wrong(where: Param, why: Param): Message {
  return wrongInFile({ setting: 'MONITOR_FILE', where, why });
}

/** Names that no table of the plan has would be looked for in vain. */
function ruleProblems(table: string, rule: z.infer<typeof file>['rules'][string]): Message[] {
  const stage = plan.stages.find(({ tables: own }) => own.some((one) => one.table === table));
  if (stage === undefined) return [wrong(`rules.${table}`, noTableOfPlan())];
  const { columns } = tableOf(stage, table);
  const named = [
    ...[...(rule.immutable ?? []), ...(rule.computed ?? []), ...Object.keys(rule.transitions ?? {})],
    ...(rule.fixed ?? []).flatMap(({ column, columns: fixed }) => [column, ...fixed]),
    ...(rule.born == null ? [] : [rule.born]),
  ];
  const unknown = named.filter((field) => !columns.some((column) => column.field === field));
  return [
    ...unknown.map((column) => wrong(`rules.${table}`, noColumnOfTable({ column }))),
    ...(rule.alone && stage.tables[0]!.table === table ? [wrong(`rules.${table}`, rootNotAlone())] : []),
  ];
}
