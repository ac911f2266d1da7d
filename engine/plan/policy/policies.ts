import type { FindingCode } from '../../document/findings/finding.ts';
import { generalPath } from '../../document/findings/path.ts';
import type { PolicyCode, PolicyUse } from '../../document/findings/policy-codes.ts';

/** Source value → allowed value. */
export type ValueMap = Readonly<Record<string, string>>;
type ActionOf<Code extends PolicyCode, Use = PolicyUse> = Use extends `${Code}=${infer Action}` ? Action : never;
/** `map` is spelled by its map. */
type Spelled<Action> = Action extends 'map' ? ValueMap : Action;

/**
 * What becomes of values that would send their document to quarantine, by refusal: one action for all fields that can
 * take it, or one for each path (array places left out, `*` for all others).
 * `{ nul: 'strip', invalidDate: { lastLogin: 'null' }, enum: { status: { PUBLISHED: '공개' } } }`
 */
export type StagePolicies = {
  readonly [Code in PolicyCode]?: Exclude<ActionOf<Code>, 'map'> | { readonly [path: string]: Spelled<ActionOf<Code>> };
} & {
  /** The other way round: findings that are to send their document to quarantine. */
  readonly quarantine?: readonly FindingCode[];
};

/** Policies for all stages, and more for some: a stage's own wins. */
export type PlanPolicies = StagePolicies & { readonly stages?: Readonly<Record<string, StagePolicies>> };

/** An action, or the map of `map`. */
export type Action = string | ValueMap;

/** Policies as they hold in one stage. */
export interface Policies {
  /** By refusal, then by path; `*` stands for every other path. */
  readonly rules: Readonly<Record<string, Readonly<Record<string, Action>>>>;
  readonly quarantine: readonly FindingCode[];
}

/** Every bad value sends its document to quarantine. */
export const STRICT: Policies = { rules: {}, quarantine: [] };

export function isStrict({ rules, quarantine }: Policies): boolean {
  return Object.keys(rules).length === 0 && quarantine.length === 0;
}

/** What is to be done about a refusal at a path, or below a path that is declared; null when its document goes to quarantine. */
export function actionFor({ rules }: Policies, code: string, path: string): Action | null {
  const byPath = Object.hasOwn(rules, code) ? rules[code]! : null;
  if (byPath === null) return null;
  for (let at = generalPath(path); at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('.'), 0))) {
    if (Object.hasOwn(byPath, at)) return byPath[at]!;
  }
  return byPath['*'] ?? null;
}

/** The policies of a stage: what all stages have, and over it what the stage has itself. */
export function policiesOf(stage: string, declared: PlanPolicies): Policies {
  const { stages, ...all } = declared;
  return over(normal(all), normal(stages?.[stage] ?? {}));
}

/** Two declarations as one: the second one's policies win, path by path. */
export function mergePolicies(first: PlanPolicies, second: PlanPolicies): PlanPolicies {
  const names = new Set([...Object.keys(first.stages ?? {}), ...Object.keys(second.stages ?? {})]);
  const merged = ({ stages: _, ...a }: PlanPolicies, { stages: __, ...b }: PlanPolicies) => {
    const { rules, quarantine } = over(normal(a), normal(b));
    return { ...rules, ...(quarantine.length > 0 && { quarantine }) } as StagePolicies;
  };
  const stages = [...names].map((name) => [name, merged(first.stages?.[name] ?? {}, second.stages?.[name] ?? {})]);
  return { ...merged(first, second), ...(stages.length > 0 && { stages: Object.fromEntries(stages) }) };
}

function normal({ quarantine = [], ...byCode }: StagePolicies): Policies {
  const rules = Object.entries(byCode).map(([code, declared]) => [
    code,
    typeof declared === 'string' ? { '*': declared } : declared,
  ]);
  return { rules: Object.fromEntries(rules), quarantine };
}

function over(below: Policies, above: Policies): Policies {
  const codes = new Set([...Object.keys(below.rules), ...Object.keys(above.rules)]);
  return {
    rules: Object.fromEntries([...codes].map((code) => [code, { ...below.rules[code], ...above.rules[code] }])),
    quarantine: [...new Set([...below.quarantine, ...above.quarantine])],
  };
}
