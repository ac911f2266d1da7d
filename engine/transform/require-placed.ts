import { PlanIncomplete } from '../common/errors.ts';
import { generalPath } from '../document/findings/path.ts';
import { sayDocument } from '../document/say-key.ts';
import { fieldHasHome } from '../messages/engine/plan.ts';
import { homeOf } from '../plan/columns/homes.ts';
import type { Stage } from '../plan/stage.ts';
import type { Moved, Outcome } from '../state/documents/outcome.ts';

/**
 * Lets documents pass whose fields the plan knows, and those that it cannot mean to know. A field that it does not know while
 * a column of the document's tables has its name is most likely one that was forgotten: kept beside the rows, its values would
 * be verified, and missed by nobody but the application.
 * @returns the outcomes, as they are
 * @throws PlanIncomplete at the first such field
 */
export function requirePlaced(stage: Stage, outcomes: Outcome[]): Outcome[] {
  for (const outcome of outcomes)
    if (outcome.kind === 'moved' && outcome.leftovers.length > 0) requireEach(stage, outcome);
  return outcomes;
}

function requireEach(stage: Stage, { raw, findings, leftovers }: Moved): void {
  const unknown = new Set(findings.flatMap(({ code, path }) => (code === 'unknownField' ? generalPath(path) : [])));
  for (const { path, dotted } of leftovers) {
    const general = generalPath(path);
    const home = unknown.has(general) ? homeOf(stage, general, dotted) : null;
    if (home === null) continue;
    const where = { stage: stage.name, collection: stage.collection, document: sayDocument(stage, raw.key) };
    throw new PlanIncomplete(fieldHasHome({ ...where, path: general, ...home }));
  }
}
