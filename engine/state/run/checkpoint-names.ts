/** The stage name under which a stage's row verification keeps its checkpoints. */
export const verificationOf = (stage: string) => `verify:${stage}`;

/** The stage name under which a stage's settlement keeps its counters and its fence. */
export const settlementOf = (stage: string) => `settle:${stage}`;

/** The stage name under which a stage's passes keep their counters and their fence. */
export const reconciliationOf = (stage: string) => `reconcile:${stage}`;
