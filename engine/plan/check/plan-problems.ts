import {
  idMapOrderDiffers,
  noSuchStageOfReference,
  numberOutOfRange,
  refersToLaterStage,
  saidTwice,
  stageWrong,
} from '../../messages/engine/plan.ts';
import type { Message } from '../../messages/message.ts';
import { fieldsAt } from '../policy/policy-fields.ts';
import type { Plan, Stage } from '../stage.ts';
import { nearest } from './nearest.ts';
import { stageProblems } from './stage-problems.ts';

/** Numbers of collections in ids (`engine/document/prisma-id.ts`). */
const MOST = 1023;

/** A message for everything that a plan's stages say and that their models, their target or one another contradict. */
export function planProblems(plan: Plan): Message[] {
  return [
    ...plan.stages.flatMap(stageProblems),
    ...repeated(plan),
    ...plan.stages.flatMap((stage) => referenceProblems(plan, stage)),
    ...orderProblems(plan),
  ];
}

/** Collections of the ID map that a stage writes. */
const collectionsOf = ({ idCollection, children }: Stage) => [
  ...new Set([idCollection, ...children.map(({ collection }) => collection)]),
];

/** What only one stage may say of itself. */
function repeated({ stages }: Plan): Message[] {
  const said = (what: string, of: (stage: Stage) => readonly string[]) => {
    const all = stages.flatMap(of);
    return [...new Set(all.filter((one, i) => all.indexOf(one) !== i))].map((value) => saidTwice({ what, value }));
  };
  const wrongNumbers = stages.filter(({ collectionNumber: one }) => !Number.isInteger(one) || one < 0 || one > MOST);
  return [
    ...said('name', ({ name }) => [name]),
    ...said('collection', ({ collection }) => [collection]),
    ...said('collectionNumber', ({ collectionNumber }) => [String(collectionNumber)]),
    ...said('idCollection', collectionsOf),
    ...said('table', ({ tables }) => tables.map(({ table }) => table)),
    ...wrongNumbers.map(({ name }) => stageWrong({ stage: name, why: numberOutOfRange({ most: MOST }) })),
  ];
}

/** References resolve to rows that are there already: one to a later stage, or to its own, would become NULL in silence. */
function referenceProblems({ stages }: Plan, stage: Stage): Message[] {
  const place = stages.indexOf(stage);
  const later = fieldsAt(stage).flatMap(({ path, field }) => {
    const to = field.kind === 'reference' ? stages.findIndex(({ modelName }) => modelName === field.to) : -1;
    return to < place ? [] : [refersToLaterStage({ path, to: stages[to]!.name })];
  });
  const collections = stages.flatMap(collectionsOf);
  const declared = Object.values(stage.declares).flatMap((table) => Object.values(table));
  const unknown = declared.flatMap((one) =>
    one.kind === 'reference' && !collections.includes(one.to)
      ? [noSuchStageOfReference({ path: one.path, to: one.to, nearest: nearest(one.to, collections) })]
      : [],
  );
  return [...later, ...unknown].map((why) => stageWrong({ stage: stage.name, why }));
}

function orderProblems({ stages, idMapOrder }: Plan): Message[] {
  const written = stages.flatMap(collectionsOf);
  const missing = written.filter((one) => !idMapOrder.includes(one));
  const needless = idMapOrder.filter((one) => !written.includes(one));
  return missing.length + needless.length === 0 ? [] : [idMapOrderDiffers({ missing, needless })];
}
