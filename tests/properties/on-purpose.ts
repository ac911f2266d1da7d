import type { Fields } from '../../engine/plan/model-fields.ts';
import type { Plan, Stage } from '../../engine/plan/stage.ts';

/** A plan that leaves out on purpose, at every level of its documents, whatever it does not know and a column has the name of. */
export function leavingOut(plan: Plan): Plan {
  return { ...plan, stages: plan.stages.map((stage) => ({ ...stage, skips: skipsOf(stage) })) };
}

function skipsOf({ fields, tables, target }: Stage): Record<string, string> {
  const names = tables.flatMap(({ table }) => target.tables[table]!.columns.map(({ field }) => field));
  const paths = [...levelsOf(fields, '')].flatMap((level) => names.map((name) => level + name));
  return Object.fromEntries(paths.map((path) => [path, 'made up']));
}

/** What the paths of each level begin with. */
function* levelsOf(fields: Fields, prefix: string): Generator<string> {
  yield prefix;
  for (const [name, field] of fields) {
    if (field.kind === 'nested' || field.kind === 'documents') yield* levelsOf(field.fields, `${prefix}${name}.`);
  }
}
