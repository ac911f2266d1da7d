import type { TableRule } from '../../engine/plan/rules.ts';

export const OPERATORS = ['>', '>=', '<', '<=', '==', '!='] as const;
export type Operator = (typeof OPERATORS)[number];

interface AnyCheck {
  /** How alerts call it. */
  readonly name: string;
  /** Never shown, like headers: either may hold a secret. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** It is told when it has failed in so many rounds, one after another. */
  readonly rounds: number;
}

/** Fails when an answer of Prometheus compares so with the value, or when there is none. */
export interface PromqlCheck extends AnyCheck {
  readonly kind: 'promql';
  /** `…/api/v1/query` of a Prometheus, or of what speaks like one. */
  readonly url: string;
  readonly expression: string;
  readonly op: Operator;
  readonly value: number;
  /** No sample at all is as good as a right one. */
  readonly allowEmpty: boolean;
}

/** Fails when a page answers with another status, or later. */
export interface HttpCheck extends AnyCheck {
  readonly kind: 'http';
  readonly status: number;
  readonly withinMs: number;
}

export type Check = PromqlCheck | HttpCheck;

/** Where alerts are posted. */
export interface Webhook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What MONITOR_FILE declares, its secrets filled in: it never leaves the worker. */
export interface MonitorSettings {
  /** Over the plan's own rules, by table. */
  readonly rules: Readonly<Record<string, Partial<TableRule>>>;
  readonly checks: readonly Check[];
  readonly webhook: Webhook | null;
}

export const NO_MONITOR_SETTINGS: MonitorSettings = { rules: {}, checks: [], webhook: null };
