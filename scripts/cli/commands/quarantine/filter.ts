import { ConfigurationError } from '../../../../engine/common/errors.ts';
import { noSuchCollection, runIsUuid } from '../../../../engine/messages/commands/options.ts';
import type { Stage } from '../../../../engine/plan/stage.ts';
import type { HeldFilter } from '../../../../engine/state/documents/quarantine-pages.ts';
import { plan } from '../../../../stages/plan.ts';

/** What the commands on the quarantine are told about which documents are meant. */
export interface FilterFlags {
  readonly stage?: string;
  readonly code?: string;
  readonly state?: string;
  readonly run?: string;
}

/** What `--state` takes. Contested documents lie in quarantine as well, until their stage is settled. */
const STATES: Readonly<Record<string, readonly string[] | null>> = {
  open: ['open', 'contested'],
  contested: ['contested'],
  retried: ['retried'],
  resolved: ['resolved'],
  all: null,
};

/** @throws ConfigurationError for what cannot be a run's id */
export function filterOf({ stage, code, state = 'open', run }: FilterFlags): HeldFilter {
  if (run !== undefined && !/^[0-9a-f-]{36}$/i.test(run)) throw new ConfigurationError([runIsUuid()]);
  return { stage: stage ?? null, code: code ?? null, run: run?.toLowerCase() ?? null, states: STATES[state]! };
}

/** The stage of a collection, or of that name. @throws ConfigurationError */
export function stageOf(collection: string): Stage {
  const stage = plan.stages.find((one) => one.collection === collection || one.name === collection);
  if (stage !== undefined) return stage;
  const collections = plan.stages.map((one) => one.collection);
  throw new ConfigurationError([noSuchCollection({ collection, collections })]);
}

/** The collection of a stage, as the source names it. */
export function collectionOf(stage: string): string {
  return plan.stages.find(({ name }) => name === stage)?.collection ?? stage;
}
