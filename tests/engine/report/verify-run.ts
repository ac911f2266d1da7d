import { sampleStage } from '../../../engine/report/sample/sample.ts';
import { verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import { saveFact } from '../../../engine/state/run/run-facts.ts';
import { verifyReferences } from '../../../engine/verify/references/verify-references.ts';
import { planVerification, verifySegment } from '../../../engine/verify/rows/verify-rows.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { plan } from '../../../stages/plan.ts';
import { writerOf } from '../../support/data/writers.ts';
import type { MovedPlatform } from '../moved-platform.ts';

/** What a run does to all stages after their copy, and keeps for the report. */
export async function verifyRun({ source, target }: MovedPlatform, runId: string): Promise<void> {
  const limits = { batchSize: 200, milliseconds: 600_000, signal: new AbortController().signal };
  for (const stage of plan.stages) {
    const context = { plan, stage, source, target, skipExisting: false };
    const partitions = await planVerification(target, writerOf({ runId }, 2), stage.name);
    for (let partition = 0; partition < partitions; partition++) {
      const at = { runId, stage: verificationOf(stage.name), partition };
      await verifySegment(context, at, { epoch: 1, sequence: 2, attempt: 1 }, limits);
    }
    const totals = await verifyTotals(context, runId, stage.name, { limited: false });
    await saveFact(target, writerOf({ runId }, 3), ['totals', stage.name], totals);
    const references = await verifyReferences(context, runId, stage.name, { limited: false });
    await saveFact(target, writerOf({ runId }, 3), ['references', stage.name], references);
    await saveFact(
      target,
      writerOf({ runId }, 3),
      ['samples', stage.name],
      await sampleStage(context, runId, { count: 2 }),
    );
  }
}
