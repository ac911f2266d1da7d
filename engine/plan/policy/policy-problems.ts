import type { Column } from '../../../prisma/model/target-model.ts';
import {
  actionsAre,
  allowedAlready,
  fieldCannotTakeIt,
  findingComesLate,
  findingIsPolicy,
  noFieldTakesIt,
  noSuchField,
  noSuchFinding,
  noSuchRefusal,
  notAllowedByModel,
  noUniqueConstraint,
  pathNeedsStage,
  policiesOfNoStage,
  policyWrong,
  policyWrongAt,
  suffixNeedsText,
} from '../../messages/engine/plan.ts';
import { FINDING_CODES } from '../../messages/labels/findings.ts';
import { POLICY_FINDINGS, WITHOUT_POLICY } from '../../messages/labels/policies.ts';
import { REFUSAL_CODES } from '../../messages/labels/refusals.ts';
import { labelled, type Message } from '../../messages/message.ts';
import { uniqueKeys } from '../columns/unique-keys.ts';
import type { Stage } from '../stage.ts';
import { tableOf } from '../stage-tables.ts';
import type { Action, PlanPolicies, StagePolicies, ValueMap } from './policies.ts';
import { type FieldAt, fieldsAt, takes } from './policy-fields.ts';

/** Findings that are told at the end of a stage, when the documents have moved. */
const TOLD_LATE: readonly string[] = ['sharedId', 'notNormalised'];

/** A message for every policy of a declaration that cannot hold in these stages, whatever of it came from a file. */
export function policyProblems(stages: readonly Stage[], { stages: own = {}, ...all }: PlanPolicies): Message[] {
  const problems = problemsOf(all, stages, '');
  for (const [name, declared] of Object.entries(own)) {
    const stage = stages.find((one) => one.name === name);
    if (stage !== undefined) problems.push(...problemsOf(declared, [stage], name));
    else problems.push(policiesOfNoStage({ stage: name, stages: stages.map((one) => one.name) }));
  }
  return problems;
}

/** @param name the stage that they are declared for; empty for those of the whole plan */
function problemsOf({ quarantine = [], ...byCode }: StagePolicies, stages: readonly Stage[], name: string): Message[] {
  const wrongAt = (where: string, why: Message, path = '*') => {
    const policy = name === '' ? where : `${name}.${where}`;
    return path === '*' ? policyWrong({ policy, why }) : policyWrongAt({ policy, path, why });
  };
  const problems = quarantine.flatMap(quarantineProblem).map((why) => wrongAt('quarantine', why));
  for (const [code, declared] of Object.entries(byCode)) {
    const reason = codeProblem(code);
    if (reason !== null) {
      problems.push(wrongAt(code, reason));
      continue;
    }
    const byPath: Readonly<Record<string, Action>> = typeof declared === 'string' ? { '*': declared } : declared;
    for (const [path, action] of Object.entries(byPath)) {
      const wrong = actionProblem(code, path, action, stages, name !== '');
      if (wrong !== null) problems.push(wrongAt(`${code}=${spelled(action)}`, wrong, path));
    }
  }
  return problems;
}

const spelled = (action: Action) => (typeof action === 'string' ? action : 'map');

function quarantineProblem(finding: string): Message[] {
  if (!Object.hasOwn(FINDING_CODES, finding)) return [noSuchFinding({ finding })];
  if (Object.hasOwn(POLICY_FINDINGS, finding)) return [findingIsPolicy({ finding })];
  if (TOLD_LATE.includes(finding)) return [findingComesLate({ finding })];
  return [];
}

function codeProblem(code: string): Message | null {
  if (!Object.hasOwn(REFUSAL_CODES, code)) return noSuchRefusal();
  const why = WITHOUT_POLICY[code as keyof typeof WITHOUT_POLICY];
  return why === undefined ? null : labelled(why);
}

function actionProblem(
  code: string,
  path: string,
  action: Action,
  stages: readonly Stage[],
  ofStage: boolean,
): Message | null {
  const use = `${code}=${spelled(action)}`;
  if (!Object.hasOwn(POLICY_FINDINGS, use)) return actionsAre({ actions: actionsOf(code) });
  if (path !== '*' && !ofStage) return pathNeedsStage();
  if (code === 'duplicate') return duplicateProblem(path, spelled(action), stages);
  const fields = stages.flatMap(fieldsAt).filter((one) => path === '*' || one.path === path);
  if (fields.length === 0) return noSuchField();
  const taking = fields.filter((one) => takes(use, one));
  if (taking.length === 0) return path === '*' ? noFieldTakesIt() : fieldCannotTakeIt();
  return typeof action === 'string' ? null : mapProblem(action, taking);
}

/** The actions that there are for a refusal. */
export function actionsOf(code: string): string[] {
  return Object.keys(POLICY_FINDINGS)
    .filter((use) => use.startsWith(`${code}=`))
    .map((use) => use.slice(code.length + 1));
}

function mapProblem(map: ValueMap, fields: readonly FieldAt[]): Message | null {
  const allowed = new Set(
    fields.flatMap(({ field }) => (field.schemaType as unknown as { enumValues?: string[] }).enumValues ?? []),
  );
  const missing = Object.values(map).filter((to) => !allowed.has(to));
  if (missing.length > 0) return notAllowedByModel({ values: missing });
  const needless = Object.keys(map).filter((from) => allowed.has(from));
  return needless.length === 0 ? null : allowedAlready({ values: needless });
}

function duplicateProblem(path: string, action: string, stages: readonly Stage[]): Message | null {
  const unique = stages.flatMap((stage) => uniqueKeys(stage).map((key) => ({ stage, key })));
  const meant = unique.filter(({ key }) => path === '*' || key.fields.join(',') === path);
  if (meant.length === 0) return noUniqueConstraint();
  if (action === 'skip') return null;
  return meant.some(({ stage, key }) => key.fields.length === 1 && columnOf(stage, key.fields[0]!).kind === 'text')
    ? null
    : suffixNeedsText();
}

function columnOf(stage: Stage, field: string): Column {
  return tableOf(stage, stage.tables[0]!.table).columns.find((column) => column.field === field)!;
}
