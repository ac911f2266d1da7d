import { COLUMNS } from '../../../messages/report/columns.ts';
import { atLeastDocuments, EMPTY } from '../../../messages/report/notes.ts';
import { DIRECTIONS, DOWNTIME_PHASES, MAINTENANCE_MODES, WORDS } from '../../../messages/report/words.ts';
import type { DowntimeFacts } from '../../facts/downtime.ts';
import type { Facts } from '../../facts/facts.ts';
import { definitions, table } from '../table.ts';
import { code, duration, type Html, html, label, moment, NOTHING, says } from '../text.ts';

/** How long the platform could not be written to, why, and what the estimate was. */
export function downtimeSection({ downtime }: Facts): Html {
  const { mode, seconds, estimate, phases, actions } = downtime;
  if (phases.length === 0) return html`<p class="none">${label(EMPTY.downtime)}</p>`;
  return html`${definitions([
    [label(COLUMNS.maintenance), label(MAINTENANCE_MODES[mode])],
    [label(COLUMNS.measured), seconds === null ? NOTHING : duration(seconds)],
    [label(COLUMNS.estimate), estimate === null ? NOTHING : estimated(estimate)],
    [label(COLUMNS.writes), writes(downtime)],
  ])}
  ${table(
    [COLUMNS.phase, COLUMNS.began, COLUMNS.took],
    phases.map(({ name, at, seconds: took }) => ({
      cells: [label(DOWNTIME_PHASES[name]), moment(at), took === null ? NOTHING : duration(took)],
    })),
  )}
  ${
    actions.length > 0 &&
    table(
      [COLUMNS.action, COLUMNS.kind, COLUMNS.for, COLUMNS.when, COLUMNS.outcome],
      actions.map(({ name, kind, direction, at, outcome }) => ({
        cells: [code(name), code(kind), label(DIRECTIONS[direction]), moment(at), code(outcome)],
      })),
    )
  }`;
}

function estimated({ seconds, from }: NonNullable<DowntimeFacts['estimate']>): Html {
  const kind = from.dryRun ? label(WORDS.dryRun) : label(WORDS.run);
  return html`${duration(seconds)} <small>${label(WORDS.by)} ${kind} ${code(from.runId)}</small>`;
}

function writes({ probed, writes: seen }: DowntimeFacts): Html {
  if (probed === null) return label(WORDS.notLookedFor);
  if (!probed) return label(WORDS.sourceIsDump);
  if (seen.length === 0) return label(WORDS.noneSeen);
  return html`<ul>${seen.map(
    ({ at, collections }) =>
      html`<li>${moment(at)}: ${collections.map(
        ({ collection, documents }, i) =>
          html`${i > 0 ? ', ' : ''}${code(collection)} ${says(atLeastDocuments({ documents }))}`,
      )}</li>`,
  )}</ul>`;
}
