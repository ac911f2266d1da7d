import { type Column, type Table, tables } from '../../../prisma/generated/tables.ts';
import { FINDING_CODES } from '../../messages/labels/findings.ts';
import { POLICY_FINDINGS, WITHOUT_POLICY } from '../../messages/labels/policies.ts';
import { REFUSAL_CODES } from '../../messages/labels/refusals.ts';
import type { Stage } from '../stage.ts';
import { uniqueKeys } from '../unique-keys.ts';
import type { Action, PlanPolicies, StagePolicies, ValueMap } from './policies.ts';
import { type FieldAt, fieldsAt, takes } from './policy-fields.ts';

/** Findings that are told at the end of a stage, when the documents have moved. */
const TOLD_LATE: readonly string[] = ['sharedId', 'notNormalised'];

/** A sentence for every policy of a declaration that cannot hold in these stages, whatever of it came from a file. */
export function policyProblems(stages: readonly Stage[], { stages: own = {}, ...all }: PlanPolicies): string[] {
  const problems = problemsOf(all, stages, '');
  for (const [name, declared] of Object.entries(own)) {
    const stage = stages.find((one) => one.name === name);
    if (stage !== undefined) problems.push(...problemsOf(declared, [stage], name));
    else problems.push(`Policies of ${name}: the plan's stages are ${stages.map((one) => one.name).join(', ')}.`);
  }
  return problems;
}

/** @param name the stage that they are declared for; empty for those of the whole plan */
function problemsOf({ quarantine = [], ...byCode }: StagePolicies, stages: readonly Stage[], name: string): string[] {
  const problems = quarantine.flatMap((code) => quarantineProblems(code));
  for (const [code, declared] of Object.entries(byCode)) {
    const reason = codeProblem(code);
    if (reason !== null) {
      problems.push(`${code}: ${reason}.`);
      continue;
    }
    const byPath: Readonly<Record<string, Action>> = typeof declared === 'string' ? { '*': declared } : declared;
    for (const [path, action] of Object.entries(byPath)) {
      const wrong = actionProblem(code, path, action, stages, name !== '');
      if (wrong !== null) problems.push(`${code}=${spelled(action)}${path === '*' ? '' : ` at ${path}`}: ${wrong}.`);
    }
  }
  return problems.map((problem) => `Policy ${name === '' ? '' : `${name}.`}${problem}`);
}

const spelled = (action: Action) => (typeof action === 'string' ? action : 'map');

function quarantineProblems(code: string): string[] {
  if (!Object.hasOwn(FINDING_CODES, code)) return [`quarantine: there is no finding ${code}.`];
  if (Object.hasOwn(POLICY_FINDINGS, code)) return [`quarantine: ${code} is a policy itself; leave it out instead.`];
  if (TOLD_LATE.includes(code)) return [`quarantine: ${code} is told when the documents of the stage have moved.`];
  return [];
}

function codeProblem(code: string): string | null {
  if (!Object.hasOwn(REFUSAL_CODES, code)) return 'there is no such refusal';
  return WITHOUT_POLICY[code as keyof typeof WITHOUT_POLICY]?.en ?? null;
}

function actionProblem(
  code: string,
  path: string,
  action: Action,
  stages: readonly Stage[],
  ofStage: boolean,
): string | null {
  const use = `${code}=${spelled(action)}`;
  if (!Object.hasOwn(POLICY_FINDINGS, use)) return `what can be done is ${actionsOf(code).join(', ')}`;
  if (path !== '*' && !ofStage) return 'a path belongs to a stage: declare it under `stages`';
  if (code === 'duplicate') return duplicateProblem(path, spelled(action), stages);
  const fields = stages.flatMap(fieldsAt).filter((one) => path === '*' || one.path === path);
  if (fields.length === 0) return 'the model has no such field';
  const taking = fields.filter((one) => takes(use, one));
  if (taking.length === 0) return path === '*' ? 'no field can take it' : 'the field cannot take it';
  return typeof action === 'string' ? null : mapProblem(action, taking);
}

/** The actions that there are for a refusal. */
export function actionsOf(code: string): string[] {
  return Object.keys(POLICY_FINDINGS)
    .filter((use) => use.startsWith(`${code}=`))
    .map((use) => use.slice(code.length + 1));
}

function mapProblem(map: ValueMap, fields: readonly FieldAt[]): string | null {
  const allowed = new Set(
    fields.flatMap(({ field }) => (field.schemaType as unknown as { enumValues?: string[] }).enumValues ?? []),
  );
  const missing = Object.values(map).filter((to) => !allowed.has(to));
  if (missing.length > 0) return `the model does not allow ${missing.join(', ')}`;
  const needless = Object.keys(map).filter((from) => allowed.has(from));
  return needless.length === 0 ? null : `the model allows ${needless.join(', ')} already`;
}

function duplicateProblem(path: string, action: string, stages: readonly Stage[]): string | null {
  const unique = stages.flatMap((stage) => uniqueKeys(stage).map((key) => ({ stage, key })));
  const meant = unique.filter(({ key }) => path === '*' || key.fields.join(',') === path);
  if (meant.length === 0) return 'no unique constraint is on it';
  if (action === 'skip') return null;
  return meant.some(({ stage, key }) => key.fields.length === 1 && columnOf(stage, key.fields[0]!).kind === 'text')
    ? null
    : 'only a unique text can get a suffix';
}

function columnOf(stage: Stage, field: string): Column {
  const table: Table = tables[stage.tables[0]!.table];
  return table.columns.find((column) => column.field === field)!;
}
