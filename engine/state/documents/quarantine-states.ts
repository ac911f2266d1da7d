/** Sets of `migration_quarantine.state` that several statements ask for, as SQL lists: `state IN ${TO_MOVE}`. */

/** The document has still to move: this run or a later one must deal with it. */
export const TO_MOVE = `('open', 'contested')`;

/** It is in quarantine now, or a policy leaves it out; no later run has taken it over. */
export const UNMOVED = `('open', 'contested', 'skipped')`;

/** What a run has left out of the target for good once its stages were settled, whoever tries it again later. */
export const LEFT_OUT = `('open', 'retried', 'skipped')`;
